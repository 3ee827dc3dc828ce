import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { ensure, refuse } from '../errors.ts';
import { ADMINISTRATOR, type NewEvent } from '../events/event.ts';
import { defineOperation } from '../operation.ts';
import type { Tenant, User } from '../store/generated/client.ts';
import { identityErrors as errors } from './errors.ts';
import { verifyPassword } from './passwords.ts';
import { hashToken } from './tokens.ts';

/** Names are at most this long: the guard remembers them. */
const Text = z.string().max(64);

const Credentials = z.object({ domain: Text, user: Text, password: z.string().max(1024), regionId: Text });
type Credentials = z.infer<typeof Credentials>;

/** A token in exchange for a password. It expires; the answer is the only place where it can be read. */
export const login = defineOperation({
  name: 'identity.login',
  permission: 'public',
  access: 'read',
  input: Credentials,
  invalid: errors.badParameter,
  errors: [errors.passwordWrong, errors.accountLocked, errors.throttled],
  async run({ cloud, input }): Promise<{ token: string; expiresAt: Date }> {
    const { user, tenant } = await find(cloud, input);
    const right = await cloud.signIns.attempt(JSON.stringify([input.domain, input.user]), async () => {
      // Somebody who is not there, or may not sign in, is checked all the same: the time would tell.
      const matches = await verifyPassword(input.password, user?.enabled ? user.passwordHash : null);
      return matches && tenant !== null;
    });
    const here = cloud.config.demoCredentials || user?.demo !== true;
    if (!right || !here) await cloud.transactions.run(async tx => tx.emit(trace(input, { user, tenant }, 'failure')));
    ensure(right && user && tenant, errors.passwordWrong);
    refuse(!here, errors.passwordWrong, { message: 'Users whose passwords are documented sign in on loopback only.' });
    const token = cloud.ids.secret();
    const createdAt = cloud.clock.now();
    const expiresAt = new Date(createdAt.getTime() + cloud.config.tokenLifetimeSeconds * 1000);
    const row = { hash: hashToken(token), userId: user.id, tenantId: tenant.id, label: 'login', createdAt, expiresAt };
    await cloud.transactions.run(async tx => {
      await tx.db.token.create({ data: row });
      tx.emit(trace(input, { user, tenant }, 'success'));
    });
    return { token, expiresAt };
  },
});

interface Found {
  readonly user: User | null;
  readonly tenant: Tenant | null;
}

async function find({ database: { read } }: Cloud, input: Credentials): Promise<Found> {
  const domain = await read.domain.findUnique({ where: { name: input.domain } });
  // The same look-ups whatever is there.
  const domainId = domain?.id ?? '';
  const user = await read.user.findUnique({ where: { domainId_name: { domainId, name: input.user } } });
  const tenant = await read.tenant.findUnique({ where: { domainId_name: { domainId, name: input.regionId } } });
  return { user, tenant };
}

/** For the tenant that was meant, and the administrator; only for the latter where there is none. */
function trace({ domain, user: userName }: Credentials, { user, tenant }: Found, outcome: 'success' | 'failure'): NewEvent {
  return {
    kind: 'audit.identity.login',
    resourceType: 'operation',
    resourceId: tenant?.id ?? 'identity.login',
    payload: { operation: 'identity.login', userId: user?.id ?? null, userName, domain, outcome },
    audiences: [tenant?.id ?? ADMINISTRATOR],
  };
}
