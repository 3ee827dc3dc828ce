import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import { ERROR } from './result.ts';

export interface OrderedChange {
  readonly job: Job;
  readonly server: { readonly uuid: string; readonly name: string } | null;
}

const order =
  (mutation: string) =>
  (client: Client, input: Readonly<Record<string, unknown>>): Promise<OrderedChange> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const document = `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) { __typename ... on ${type}Payload { job { ${JOB} } server { uuid name } } ${ERROR} }
    }`;
    return client.mutate<OrderedChange>(document, { input });
  };

export const reinstallServer = order('reinstallServer');
export const changeServerOs = order('changeServerOs');
export const attachNic = order('attachNic');
export const detachNic = order('detachNic');
