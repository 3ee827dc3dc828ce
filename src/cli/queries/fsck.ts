import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import { ERROR } from './result.ts';

export interface Damage {
  readonly kind: 'IMAGE' | 'BACKUP' | 'SNAPSHOT' | 'DISK' | 'SERVER';
  readonly uuid: string;
  readonly name: string;
  readonly what: string;
  readonly tenant: { readonly uuid: string; readonly domainName: string } | null;
}

const VERIFY = `mutation { verifyDisks(input: {}) { __typename ... on VerifyDisksPayload { job { ${JOB} } } ${ERROR} } }`;

export const verifyDisks = (client: Client): Promise<{ readonly job: Job }> => client.mutate<{ job: Job }>(VERIFY, {});

const DAMAGE = '{ damage { kind uuid name what tenant { uuid domainName } } }';

export async function listDamage(client: Client): Promise<readonly Damage[]> {
  return (await client.query<{ damage: readonly Damage[] }>(DAMAGE, {})).damage;
}
