import type { Client } from '../../client/client.ts';
import { ERROR } from './result.ts';

type Verb = 'shareBackup' | 'unshareBackup' | 'answerBackupShare';

const change = (verb: Verb, type: string): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { backup { uuid name status } } ${ERROR} }
}`;

/** Null where the caller may not see it any more. */
export interface SharedBackup {
  readonly backup: { readonly uuid: string; readonly name: string; readonly status: string } | null;
}

interface Share {
  readonly backupId: string;
  readonly tenantIds: readonly string[];
}

export const shareBackup = (client: Client, input: Share): Promise<SharedBackup> =>
  client.mutate<SharedBackup>(change('shareBackup', 'ShareBackup'), { input });

export const unshareBackup = (client: Client, input: Share): Promise<SharedBackup> =>
  client.mutate<SharedBackup>(change('unshareBackup', 'UnshareBackup'), { input });

interface Answer {
  readonly backupId: string;
  readonly status: 'ACCEPTED' | 'REJECTED';
  readonly vaultId?: string | undefined;
}

export const answerBackupShare = (client: Client, input: Answer): Promise<SharedBackup> =>
  client.mutate<SharedBackup>(change('answerBackupShare', 'AnswerBackupShare'), { input });
