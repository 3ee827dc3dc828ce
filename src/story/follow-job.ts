import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import * as documents from './documents.ts';
import type { Stage } from './stage.ts';
import { expectThat, type JobNews } from './teller.ts';

export interface FollowOptions {
  readonly stage: Stage;
  /** Goes on after this cursor. */
  readonly after?: string;
}

export interface JobMessage {
  readonly news: JobNews;
  readonly cursor: string | undefined;
}

interface Data {
  readonly jobProgress: {
    readonly progress: number;
    readonly job: Pick<JobNews, 'type' | 'status' | 'step' | 'error'> & { readonly uuid: string };
    readonly subJob: { readonly step: string | null } | null;
  };
}

const OVER = ['SUCCESS', 'FAIL', 'CANCELLED'];

/**
 * The progress of a job as a subscriber sees it, to its end. When the connection is lost it comes back with its cursor. Checks that no
 * message comes twice and that progress never goes back.
 */
export async function* follow(
  client: Client,
  jobId: string,
  { stage, after }: FollowOptions,
): AsyncGenerator<JobMessage, void, void> {
  let cursor = after;
  let progress = 0;
  for (;;) {
    try {
      for await (const message of client.subscribe<Data>(documents.jobProgress, { jobId, after: cursor })) {
        const { job, subJob, progress: now } = message.data.jobProgress;
        expectThat(message.cursor === undefined || message.cursor !== cursor, `message ${message.cursor} comes once`);
        expectThat(now >= progress || OVER.includes(job.status), `progress never goes back (${progress} to ${now})`);
        cursor = message.cursor ?? cursor;
        progress = now;
        const { uuid, ...state } = job;
        yield { news: { ...state, job: uuid, progress: now, step: subJob?.step ?? job.step }, cursor };
        if (OVER.includes(job.status)) return;
      }
      return;
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'CONNECTION') throw error;
      await stage.ready();
    }
  }
}
