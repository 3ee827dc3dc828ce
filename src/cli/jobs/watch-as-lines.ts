import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Job } from '../queries/jobs.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { followJob } from './follow-job.ts';

/** For programs: each message about a job as a JSON line. The exit code says how it ended. */
export async function watchAsLines(cli: Cli, job: Job): Promise<void> {
  const client = await cli.client();
  let last = job;
  await untilInterrupted(cli.io, async signal => {
    for await (const progress of followJob(client, job.uuid, { signal })) {
      last = progress.job;
      cli.showEntry(progress, () => []);
    }
  });
  if (last.status !== 'SUCCESS') cli.exitCode = exitCodes.failed;
}
