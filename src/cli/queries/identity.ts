import type { Client } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import { readAll } from './pages.ts';
import { ERROR } from './result.ts';

export interface Tenant {
  readonly uuid: string;
  readonly region: string;
  readonly domainName: string;
}

interface Domain {
  readonly name: string;
  readonly tenants: readonly Tenant[];
}

const DOMAINS = `query ($first: Int, $after: String) {
  domains(first: $first, after: $after) {
    edges { node { name tenants { uuid region domainName } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const HEX_32 = /^[0-9a-f]{32}$/;

/** Id of the tenant that a domain has in a region (without one in its first); what is an id already is taken as it is. */
export async function tenantCalled(client: Client, name: string, region?: string): Promise<string> {
  if (HEX_32.test(name)) return name;
  const { rows } = await readAll<Domain>(client, DOMAINS, {}, Number.POSITIVE_INFINITY);
  const tenants = rows.find(domain => domain.name === name)?.tenants ?? [];
  const found = region === undefined ? tenants[0] : tenants.find(tenant => tenant.region === region);
  if (found) return found.uuid;
  throw new CliError(
    'NOT_FOUND',
    `there is no domain called ${name}${region === undefined ? '' : ` with a tenant in ${region}`}`,
    {
      hints: [`there are ${rows.map(domain => domain.name).join(', ')}`],
    },
  );
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: string;
}

const ISSUE_TOKEN = `mutation ($input: IssueTokenInput!) {
  issueToken(input: $input) { __typename ... on IssueTokenPayload { token expiresAt } ${ERROR} }
}`;

export async function issueToken(
  client: Client,
  input: { tenantId: string; role?: string | undefined; lifetimeSeconds?: number | undefined; label: string },
): Promise<IssuedToken> {
  const { token, expiresAt } = await client.mutate<IssuedToken>(ISSUE_TOKEN, { input });
  return { token, expiresAt };
}

const ME = '{ me { tenant { uuid region domainName } } }';

/** The tenant that everything is done in. */
export async function ownTenant(client: Client): Promise<Tenant> {
  const { me } = await client.query<{ me: { tenant: Tenant } }>(ME);
  return me.tenant;
}
