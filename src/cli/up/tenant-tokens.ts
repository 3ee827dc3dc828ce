import type { Cloud } from '../../../emulator/cloud.ts';
import type { DomainSpec } from '../../../emulator/config.ts';
import { CloudError } from '../../../emulator/errors.ts';
import { demoDomains, operatorDomain } from '../../../emulator/identity/demo.ts';
import { issueToken } from '../../../emulator/identity/operations.ts';
import type { TenantToken } from '../gateway-record.ts';

export interface KnownTokens {
  /** Documented tokens that the cloud accepts, of the demo set or of the configuration. */
  readonly tenants: readonly TenantToken[];
  readonly adminToken: string;
}

/**
 * Tokens for the start card and for the commands of this machine. The state decides: a token of the configuration counts only if the
 * cloud was made with it.
 */
export async function knownTokens(cloud: Cloud): Promise<KnownTokens> {
  const tenants = await accepted(cloud, cloud.config.domains ?? demoDomains);
  const [operator] = await accepted(cloud, [operatorDomain]);
  return { tenants, adminToken: operator?.token ?? (await newAdministratorToken(cloud)) };
}

async function accepted(cloud: Cloud, domains: readonly DomainSpec[]): Promise<TenantToken[]> {
  const documented = domains.flatMap(({ name, users }) =>
    users.flatMap(({ tokens }) => Object.entries(tokens).map(([region, token]) => ({ domain: name, region, token }))),
  );
  const checked = await Promise.all(
    documented.map(async known => {
      const tenantId = await tenantOf(cloud, known.token);
      return tenantId === undefined ? [] : [{ domain: known.domain, region: known.region, tenantId, token: known.token }];
    }),
  );
  return checked.flat();
}

async function tenantOf(cloud: Cloud, token: string): Promise<string | undefined> {
  try {
    return (await cloud.tokens.authenticate(token)).tenantId;
  } catch (error) {
    if (error instanceof CloudError) return undefined;
    throw error;
  }
}

/** As long as the gateway runs, and not longer than a year, in seconds. The gateway revokes it when it stops: serve.ts. */
const LIFETIME = 365 * 24 * 3600;

/** Where the documented one is switched off; whoever can read the state folder is the administrator anyway. */
async function newAdministratorToken(cloud: Cloud): Promise<string> {
  const [user] = operatorDomain.users;
  const [region = '', tenantId = ''] = Object.entries(operatorDomain.tenants)[0] ?? [];
  const caller = {
    userId: user?.id ?? '',
    userName: user?.name ?? '',
    domainId: operatorDomain.id ?? '',
    tenantId,
    regionId: region,
    roles: ['ADMINISTRATOR' as const],
  };
  const { token } = await cloud.run(issueToken, caller, {
    tenantId,
    role: 'ADMINISTRATOR',
    lifetimeSeconds: LIFETIME,
    label: 'command line',
  });
  return token;
}
