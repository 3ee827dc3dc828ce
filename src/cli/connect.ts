import { demoDomains, operatorDomain } from '../../emulator/identity/demo.ts';
import { Client } from '../client/client.ts';
import type { Cli } from './cli.ts';
import { CliError, UsageError } from './cli-error.ts';
import { type GatewayRecord, readGatewayRecord, type TenantToken } from './gateway-record.ts';

const DEFAULT_URL = 'http://127.0.0.1:7070';
export const DEFAULT_TENANT = 'demo-a';
const ADMINISTRATOR = 'admin';

/** A client of the gateway that the options mean. Throws CliError where nobody is known to act as. */
export function connect(cli: Cli): Client {
  const { url, record } = findGateway(cli);
  return new Client({ url, token: tokenFor(cli, record) });
}

/** The same gateway, as the cloud's administrator unless the options name a token. */
export function connectAsAdministrator(cli: Cli): Client {
  const { url, record } = findGateway(cli);
  return new Client({ url, token: cli.options.token ?? cli.io.env.CLOUDYARD_TOKEN ?? administratorToken(record) });
}

interface FoundGateway {
  readonly url: string;
  /** Only of that gateway: tokens of one are not shown to another. */
  readonly record: GatewayRecord | undefined;
}

export function findGateway({ options, io, stateFolder }: Cli): FoundGateway {
  const record = readGatewayRecord(stateFolder);
  const url = checkedUrl(options.url ?? io.env.CLOUDYARD_URL ?? record?.url ?? DEFAULT_URL);
  return { url, record: record?.url === url ? record : undefined };
}

function checkedUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new UsageError(`${text} is no address of a gateway: expected something like ${DEFAULT_URL}`);
  }
  return text.replace(/\/(graphql\/?)?$/, '');
}

function tokenFor({ options, io }: Cli, record: GatewayRecord | undefined): string {
  if (options.token !== undefined) return options.token;
  if (options.as === undefined && io.env.CLOUDYARD_TOKEN) return io.env.CLOUDYARD_TOKEN;
  const name = options.as ?? DEFAULT_TENANT;
  if (name === ADMINISTRATOR) return administratorToken(record);
  const known = (record?.tenants ?? demoTokens).filter(({ domain }) => domain === name);
  const found = options.region === undefined ? known[0] : known.find(({ region }) => region === options.region);
  if (found) return found.token;
  const where = options.region === undefined ? '' : ` in ${options.region}`;
  throw new CliError('NO_TOKEN', `no token is known for ${name}${where}`, {
    hints: [`make one with \`cloudyard token --tenant ${name}\`, then pass it with --token or in CLOUDYARD_TOKEN`],
  });
}

function administratorToken(record: GatewayRecord | undefined): string {
  return record?.adminToken ?? operatorTokens[0] ?? '';
}

/** Tenants that this machine knows by name: the gateway's, or what another gateway may have. */
export function knownTenants(cli: Cli): readonly Omit<TenantToken, 'token'>[] {
  return findGateway(cli).record?.tenants ?? demoTokens;
}

const operatorTokens = operatorDomain.users.flatMap(({ tokens }) => Object.values(tokens));

/** What a gateway that this machine knows nothing of may accept. */
const demoTokens: readonly TenantToken[] = demoDomains.flatMap(({ name, tenants, users }) =>
  users.flatMap(({ tokens }) =>
    Object.entries(tokens).map(([region, token]) => ({ domain: name, region, tenantId: tenants[region] ?? '', token })),
  ),
);
