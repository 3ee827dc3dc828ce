import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { baseChecks } from '../doctor/base-checks.ts';
import { dockerChecks } from '../doctor/docker-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../render/table.ts';

export function define(command: Command, cli: Cli): void {
  command.addHelpText('after', '\nThe exit code is 1 if something is missing that is required.').action(() => doctor(cli));
}

interface Row {
  readonly name: string;
  readonly ok: boolean;
  readonly required: boolean;
  readonly detail: string;
  readonly hint: string | null;
}

async function doctor(cli: Cli): Promise<void> {
  const machine = { env: cli.io.env, stateFolder: cli.stateFolder };
  const rows = await Promise.all(
    [...baseChecks, ...dockerChecks].map(async ({ name, required = false, look }): Promise<Row> => {
      const { ok, detail, hint = null } = await look(machine);
      return { name, ok, required, detail, hint };
    }),
  );
  if (rows.some(({ ok, required }) => required && !ok)) cli.exitCode = exitCodes.failed;
  cli.show(rows, () => [
    ...table(
      rows,
      [
        { title: '', value: mark },
        { title: 'part', value: ({ name }) => name },
        { title: 'found', value: ({ detail }) => detail },
      ],
      cli.style,
    ),
    '',
    ...rows.flatMap(({ name, hint }) => (hint === null ? [] : [`${name}: ${hint}`])),
    verdict(rows),
  ]);

  function mark({ ok, required }: Row): string {
    if (ok) return cli.style.as('green', 'ok');
    return required ? cli.style.as('red', 'missing') : cli.style.as('yellow', 'no');
  }
}

const DOCKER = new Set(dockerChecks.map(({ name }) => name));

function verdict(rows: readonly Row[]): string {
  if (rows.some(({ ok, required }) => required && !ok)) return 'cloudyard cannot run here yet: see what is missing above';
  return rows.some(({ name, ok }) => !ok && DOCKER.has(name))
    ? 'cloudyard runs here with the embedded hardware; docker needs what is missing above'
    : 'cloudyard runs here, with docker, too';
}
