import type { Role } from '../store/generated/enums.ts';

/**
 * What each role may do: patterns of permissions `service:resource:action`, `*` for any word. Every operation names one permission.
 * Source of the service names and actions: ims-api 1.0.
 */
const GRANTS: Readonly<Record<Role, readonly string[]>> = {
  ADMINISTRATOR: ['*:*:*'],
  TENANT_ADMIN: ['cbr:*:*', 'ims:*:*', 'ecs:*:*', 'bms:*:*', 'evs:*:*', 'vpc:*:*', 'jobs:*:*', 'events:*:*', 'identity:self:*'],
  READER: ['*:*:get', '*:*:list', 'identity:self:*'],
};

/** Administration of the cloud itself: only the administrator, whatever a reader's pattern says. */
const RESERVED = 'cloudyard';

export function permits(roles: readonly Role[], permission: string): boolean {
  const words = permission.split(':');
  if (words[0] === RESERVED && !roles.includes('ADMINISTRATOR')) return false;
  return roles.some(role => GRANTS[role].some(pattern => covers(pattern.split(':'), words)));
}

function covers(pattern: readonly string[], words: readonly string[]): boolean {
  return pattern.length === words.length && pattern.every((word, index) => word === '*' || word === words[index]);
}
