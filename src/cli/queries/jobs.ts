import type { Client } from '../../client/client.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export const jobStatuses = ['INIT', 'RUNNING', 'SUCCESS', 'FAIL', 'CANCELLED'] as const;
export type JobStatus = (typeof jobStatuses)[number];

export interface Job {
  readonly uuid: string;
  readonly type: string;
  readonly status: JobStatus;
  /** Percent. */
  readonly progress: number;
  readonly step: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly entities: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly endAt: string | null;
}

export const isOver = ({ status }: Job): boolean => status !== 'INIT' && status !== 'RUNNING';

/** Fields of a Job, for every document that asks for one. */
export const JOB = 'uuid type status progress step entities createdAt endAt error { code message }';

const LIST = `query ($filter: JobFilter, $first: Int, $after: String) {
  jobs(filter: $filter, first: $first, after: $after) { edges { node { ${JOB} } } pageInfo { hasNextPage endCursor } }
}`;

export const listJobs = (
  client: Client,
  filter: { readonly status?: JobStatus | undefined; readonly type?: string | undefined },
  limit: number,
): Promise<Listing<Job>> => readAll<Job>(client, LIST, { filter }, limit);

export interface JobWithParts extends Job {
  readonly subJobs: readonly Job[];
}

const SHOW = `query ($id: ID!) { job(id: $id) { ${JOB} subJobs { ${JOB} } } }`;

export async function findJob(client: Client, id: string): Promise<JobWithParts | null> {
  return (await client.query<{ job: JobWithParts | null }>(SHOW, { id })).job;
}

const CANCEL = `mutation ($input: CancelJobInput!) {
  cancelJob(input: $input) { __typename ... on CancelJobPayload { job { ${JOB} } } ${ERROR} }
}`;

export async function cancelJob(client: Client, jobId: string): Promise<Job> {
  return (await client.mutate<{ job: Job }>(CANCEL, { input: { jobId } })).job;
}

export interface JobProgress {
  readonly job: Job;
  /** The sub-job whose change this is; null if it is the job's own. */
  readonly subJob: Job | null;
  /** Percent of the whole, sub-jobs included. */
  readonly progress: number;
}

export const PROGRESS = `subscription ($jobId: ID!, $after: String) {
  jobProgress(jobId: $jobId, after: $after) { progress job { ${JOB} } subJob { ${JOB} } }
}`;
