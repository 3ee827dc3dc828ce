import type { Client } from '../client/client.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { knownTenants } from './connect.ts';
import { ownTenant } from './queries/identity.ts';

const HEX_32 = /^[0-9a-f]{32}$/;

/** A tenant cannot look up others; what this machine knows of them is in the gateway's record or the demo set. */
export async function tenantIdsOf(cli: Cli, client: Client, names: readonly string[]): Promise<string[]> {
  if (names.every(name => HEX_32.test(name))) return [...names];
  const { region } = await ownTenant(client);
  const known = knownTenants(cli).filter(tenant => tenant.region === region);
  return names.map(name => {
    const tenantId = HEX_32.test(name) ? name : known.find(({ domain }) => domain === name)?.tenantId;
    if (tenantId !== undefined) return tenantId;
    throw new CliError('NOT_FOUND', `no tenant of ${region} is known as ${name}`, {
      hints: [`known are ${known.map(({ domain }) => domain).join(', ')}; others go by their id`],
    });
  });
}
