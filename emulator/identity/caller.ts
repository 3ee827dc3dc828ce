import { EVERYONE } from '../events/event.ts';
import type { Audiences } from '../events/event-log.ts';
import type { Role } from '../store/generated/enums.ts';

/** Who asks: a user, in one tenant (a project of one region). */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly domainId: string;
  readonly tenantId: string;
  readonly regionId: string;
  readonly roles: readonly Role[];
}

export function isAdministrator(caller: Caller): boolean {
  return caller.roles.includes('ADMINISTRATOR');
}

/** Whose events a caller may read. */
export function audiencesOf(caller: Caller): Audiences {
  return isAdministrator(caller) ? 'everything' : [caller.tenantId, EVERYONE];
}
