import type { Caller } from '../identity/caller.ts';
import { operatorCaller } from '../reconciling/operator-caller.ts';

/** In whose name backups are made and deleted by themselves: the tenant sees the jobs, but none of its users ordered them. */
export function operatorUser(tenantId: string): Pick<Caller, 'tenantId' | 'userId'> {
  return { ...operatorCaller(), tenantId };
}
