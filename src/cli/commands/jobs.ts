import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { awaitJob } from '../jobs/await-job.ts';
import { watchAsLines } from '../jobs/watch-as-lines.ts';
import { count, word } from '../option-values.ts';
import { cancelJob, findJob, type Job, type JobStatus, type JobWithParts, jobStatuses, listJobs } from '../queries/jobs.ts';
import { moment, plural } from '../render/amounts.ts';
import { fields } from '../render/table.ts';
import { DEFAULT_LIMIT, showList } from '../show-list.ts';

export function define(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the tenant’s jobs, the newest first')
    .option('--status <status>', 'init, running, success, fail or cancelled', word(jobStatuses))
    .option('--type <type>', 'of this type')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('show')
    .summary('how a job stands')
    .argument('<job>', 'its id')
    .action((id: string) => show(cli, id));
  command
    .command('watch')
    .summary('follow a job to its end')
    .argument('<job>', 'its id')
    .action((id: string) => watch(cli, id));
  command
    .command('cancel')
    .summary('ask a job to stop; it takes back what it did')
    .argument('<job>', 'its id')
    .action((id: string) => cancel(cli, id));
}

interface ListOptions {
  readonly status?: JobStatus;
  readonly type?: string;
  readonly limit?: number;
}

async function list(cli: Cli, { limit = DEFAULT_LIMIT, ...filter }: ListOptions): Promise<void> {
  showList(cli, 'job', await listJobs(await cli.client(), filter, limit), [
    { title: 'id', value: ({ uuid }) => uuid },
    { title: 'type', value: ({ type }) => type },
    { title: 'status', value: ({ status }) => status },
    { title: 'done', value: ({ progress }) => `${progress} %`, align: 'right' },
    { title: 'ordered', value: ({ createdAt }) => moment(createdAt) },
    { title: 'error', value: ({ error }) => error?.code },
  ]);
}

async function show(cli: Cli, id: string): Promise<void> {
  const job = await requireJob(cli, id);
  cli.show(job, () =>
    fields(
      [
        ['id', job.uuid],
        ['type', job.type],
        ['status', job.status],
        ['done', `${job.progress} %`],
        ['step', job.step],
        ['error', job.error && `${job.error.message} (${job.error.code})`],
        ['about', about(job)],
        ['parts', parts(job)],
        ['ordered', moment(job.createdAt)],
        ['over', moment(job.endAt)],
      ],
      cli.style,
    ),
  );
}

const about = ({ entities }: Job): string =>
  Object.entries(entities)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

function parts({ subJobs }: JobWithParts): string {
  if (subJobs.length === 0) return '';
  const over = subJobs.filter(({ status }) => status !== 'INIT' && status !== 'RUNNING').length;
  return `${plural(subJobs.length, 'sub-job')}, ${over} over`;
}

/** With `--json` a line for each message; the exit code says how the job ended. */
async function watch(cli: Cli, id: string): Promise<void> {
  const job = await requireJob(cli, id);
  if (cli.options.json) return watchAsLines(cli, job);
  const last = await awaitJob(cli, job);
  if (last.status === 'SUCCESS') cli.show(last, () => [`job ${last.uuid} is done`]);
}

async function cancel(cli: Cli, id: string): Promise<void> {
  const job = await cancelJob(await cli.client(), (await requireJob(cli, id)).uuid);
  cli.show(job, () => [`asked job ${job.uuid} to stop; see \`cloudyard jobs watch ${job.uuid}\``]);
}

async function requireJob(cli: Cli, id: string): Promise<JobWithParts> {
  const job = await findJob(await cli.client(), id);
  if (job) return job;
  throw new CliError('NOT_FOUND', `there is no job ${id}`, { hints: ['see `cloudyard jobs list`'] });
}
