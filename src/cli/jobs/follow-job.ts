import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { isOver, type JobProgress, PROGRESS } from '../queries/jobs.ts';

/** Pauses before each new attempt to reach a gateway that is gone, in milliseconds; then it is given up. */
const PAUSES = [100, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000];

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** The connection was lost; it is tried again. */
  onLost?(): void;
  readonly pauses?: readonly number[];
}

/**
 * A job until it is over, or the signal aborts. A lost connection is taken up again where it broke off: nothing is missed, nothing comes
 * twice. Throws ClientError.
 */
export async function* followJob(
  client: Client,
  jobId: string,
  options: FollowOptions = {},
): AsyncGenerator<JobProgress, void, void> {
  const { signal, onLost, pauses = PAUSES } = options;
  let after: string | undefined;
  for (let attempt = 0; !signal?.aborted; attempt++) {
    try {
      for await (const { data, cursor } of client.subscribe<{ jobProgress: JobProgress }>(PROGRESS, { jobId, after }, signal)) {
        after = cursor ?? after;
        attempt = 0;
        yield data.jobProgress;
        if (isOver(data.jobProgress.job)) return;
      }
      // It ended without the job's end: the gateway closes.
    } catch (error) {
      if (!isLost(error) || attempt >= pauses.length) throw error;
    }
    if (signal?.aborted) return;
    if (attempt >= pauses.length) throw new ClientError('the gateway no longer answers', 'CONNECTION');
    onLost?.();
    await pause(pauses[attempt], undefined, signal && { signal }).catch(() => undefined);
  }
}

const isLost = (error: unknown): boolean => error instanceof ClientError && error.code === 'CONNECTION';
