import type { Caller } from '../identity/caller.ts';
import { operatorDomain } from '../identity/demo.ts';

/** In whose name the cloud orders jobs of its own: the operator's, so that only the administrator sees them. */
export function operatorCaller(): Pick<Caller, 'tenantId' | 'userId'> {
  const [tenantId = ''] = Object.values(operatorDomain.tenants);
  return { tenantId, userId: operatorDomain.users[0]?.id ?? '' };
}
