import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { connectAsAdministrator } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { awaitJobOf } from '../jobs/await-job.ts';
import { listDamage, verifyDisks } from '../queries/fsck.ts';
import { plural } from '../render/amounts.ts';
import { table } from '../render/table.ts';

export function define(command: Command, cli: Cli): void {
  command.action(() => fsck(cli));
}

/** Ends with 1 where something is damaged: for scripts. */
async function fsck(cli: Cli): Promise<void> {
  const client = connectAsAdministrator(cli);
  const { job } = await verifyDisks(client);
  const ended = await awaitJobOf(cli, client, job);
  if (ended.status !== 'SUCCESS') return;
  const damage = await listDamage(client);
  cli.show(damage, () =>
    damage.length === 0
      ? ['all that is kept is whole']
      : table(
          damage,
          [
            { title: 'what', value: ({ kind }) => kind.toLowerCase() },
            { title: 'id', value: ({ uuid }) => uuid },
            { title: 'name', value: ({ name }) => name },
            { title: 'tenant', value: ({ tenant }) => tenant?.domainName ?? '' },
            { title: 'damage', value: ({ what }) => what },
          ],
          cli.style,
        ),
  );
  if (damage.length === 0) return;
  cli.remark(`${plural(damage.length, 'thing')} damaged: nothing is made of them; everything else works`);
  cli.exitCode = exitCodes.failed;
}
