import type { Client } from '../../client/client.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { isOver, type Job } from '../queries/jobs.ts';
import { followJob } from './follow-job.ts';
import { jobDisplay } from './job-display.ts';
import { jobLine } from './job-line.ts';

/**
 * Waits until a job is over, and shows how it gets on (not with `--json`). Returns how it stands then; Ctrl-C ends the waiting, never the
 * job. Throws CliError with the job's code if it has failed.
 */
export async function awaitJob(cli: Cli, job: Job): Promise<Job> {
  return awaitJobOf(cli, await cli.client(), job);
}

/** The same for a job that another than the options' tenant sees: the administrator's. */
export async function awaitJobOf(cli: Cli, client: Client, job: Job): Promise<Job> {
  const { io } = cli;
  const display = cli.options.json ? undefined : jobDisplay(io.stderr, io.env);
  const interrupted = new AbortController();
  const stopListening = io.onStopSignal(() => interrupted.abort());
  let last = job;
  try {
    const follow = followJob(client, job.uuid, {
      signal: interrupted.signal,
      onLost: () => display?.note('the connection is lost; trying again'),
    });
    for await (const progress of follow) {
      last = progress.job;
      display?.update(jobLine(progress));
    }
  } finally {
    stopListening();
  }
  if (!isOver(last)) {
    cli.exitCode = exitCodes.interrupted;
    cli.remark(`the job goes on: \`cloudyard jobs watch ${last.uuid}\``);
    return last;
  }
  if (last.status === 'SUCCESS') return last;
  throw new CliError(last.error?.code ?? last.status, last.error?.message ?? `the job ended as ${last.status}`, {
    hints: [`job ${last.uuid} (${last.type}); nothing half-made is left`],
  });
}

export interface WaitOption {
  /** False for `--no-wait`. */
  readonly wait: boolean;
}

interface Ending<Payload> {
  /** Reads what the payload tells of anew, when the job has changed it. */
  refresh?(payload: Payload): Promise<Payload>;
  /** What came of it, for people. */
  lines(payload: Payload): readonly string[];
}

/**
 * The end of a command that has ordered a job: waits for it unless `--no-wait`, then says what came of it. With `--json` the document is
 * the payload, with the job and the rest as they stand then.
 */
export async function finishJob<Payload extends { readonly job: Job }>(
  cli: Cli,
  payload: Payload,
  { wait }: WaitOption,
  { refresh, lines }: Ending<Payload>,
): Promise<void> {
  const job = wait ? await awaitJob(cli, payload.job) : payload.job;
  const isDone = wait && job.status === 'SUCCESS';
  const after = { ...(isDone && refresh ? await refresh(payload) : payload), job };
  cli.show(after, () => {
    if (isDone) return lines(after);
    return wait ? [] : [`ordered; see \`cloudyard jobs watch ${job.uuid}\``];
  });
}
