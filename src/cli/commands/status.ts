import type { Command } from 'commander';
import { Client } from '../../client/client.ts';
import type { Cli } from '../cli.ts';
import { connectAsAdministrator, findGateway } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CloudState } from '../queries/cloud.ts';
import { cloudIfRunning, type TenantState, tenantState } from '../queries/status.ts';
import { fields, table } from '../render/table.ts';

export function define(command: Command, cli: Cli): void {
  command.addHelpText('after', '\nThe exit code is 1 if nothing runs.').action(() => status(cli));
}

async function status(cli: Cli): Promise<void> {
  const { url, record } = findGateway(cli);
  const client = connectAsAdministrator(cli);
  const cloud = await cloudIfRunning(client);
  if (cloud === undefined) {
    cli.exitCode = exitCodes.failed;
    return cli.show({ running: false, url, state: cli.stateFolder }, () => [
      `nothing answers at ${url}; \`cloudyard up\` starts it`,
    ]);
  }
  const tokens = record === undefined ? [client.token] : record.tenants.map(({ token }) => token);
  const tenants = await Promise.all(tokens.map(token => tenantState(new Client({ url, token }))));
  // The cloud's own jobs, such as making the hardware ready, are the operator's.
  const operator = record === undefined ? [] : [await tenantState(client)];
  const report = {
    running: true,
    url,
    pid: record?.pid ?? null,
    state: record === undefined ? null : cli.stateFolder,
    cloud,
    tenants,
    operator,
  };
  cli.show(report, () => [
    ...facts(cli, report),
    '',
    ...capabilities(cli, cloud),
    '',
    ...counts(cli, tenants),
    ...jobs([...operator, ...tenants]),
  ]);
}

const facts = (
  cli: Cli,
  { url, pid, state, cloud }: { url: string; pid: number | null; state: string | null; cloud: CloudState },
): string[] =>
  fields(
    [
      ['running', pid === null ? url : `${url} (pid ${pid})`],
      ['state', state],
      ['hardware', `${cloud.hardware.toLowerCase()} (${cloud.hardwareReason})`],
      ['it is', [cloud.hardwareState.toLowerCase(), cloud.hardwareStateReason].filter(Boolean).join(': ')],
      ['clock', cloud.clock.mode === 'INSTANT' ? '' : `${cloud.clock.mode.toLowerCase()}, ${cloud.clock.now}`],
    ],
    cli.style,
  );

const capabilities = (cli: Cli, cloud: CloudState): string[] =>
  table(
    cloud.capabilities,
    [
      { title: 'capability', value: ({ name }) => name },
      { title: '', value: ({ available }) => (available ? cli.style.as('green', 'yes') : cli.style.as('yellow', 'no')) },
      { title: '', value: ({ reason }) => reason },
    ],
    cli.style,
  );

const counts = (cli: Cli, tenants: readonly TenantState[]): string[] =>
  table(
    tenants,
    [
      { title: 'tenant', value: ({ domain }) => domain },
      { title: 'region', value: ({ region }) => region },
      { title: 'servers', value: ({ servers }) => servers, align: 'right' },
      { title: 'images', value: ({ images }) => images, align: 'right' },
      { title: 'jobs running', value: ({ running }) => running.length, align: 'right' },
    ],
    cli.style,
  );

const jobs = (tenants: readonly TenantState[]): string[] =>
  tenants.flatMap(({ domain, running }) =>
    running.map(({ uuid, type, progress, step }) => `${domain}: ${type} ${progress} % ${step ?? ''} (${uuid})`),
  );
