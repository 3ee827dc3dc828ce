import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, UsageError } from '../cli-error.ts';
import { connectAsAdministrator } from '../connect.ts';
import { count, distinct, percent, positiveNumber, word } from '../option-values.ts';
import { addFaultRule, type FaultRule, listFaultRules, removeFaultRule } from '../queries/cloud.ts';
import { showList } from '../show-list.ts';

const MOMENTS = ['BEFORE', 'AFTER'] as const;

export function define(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the rules that are in force')
    .action(() => list(cli));
  command
    .command('add')
    .summary('make something fail, take longer or stand still')
    .option('--operation <name>', 'an operation: images.share')
    .option('--job-type <type>', 'a type of jobs: imsCreateImageByInstance')
    .option('--step <name>', 'a step of jobs')
    .option('--tenant <id>', 'only for this tenant')
    .option('--resource <id>', 'only for this image, server, …')
    .option('--moment <moment>', 'before a step’s effect, or after it (default: before)', word(MOMENTS))
    .addOption(new Option('--fail <code>', 'it fails with this code: IMG.0014').conflicts(['delay', 'hold', 'crash']))
    .option('--message <words>', 'the words that go with --fail')
    .addOption(
      new Option('--delay <seconds>', 'it takes that much longer').argParser(positiveNumber).conflicts(['hold', 'crash']),
    )
    .addOption(
      new Option('--hold <percent>', 'the job stays there until the rule is removed').argParser(percent).conflicts('crash'),
    )
    .option('--crash', 'the process kills itself, where that was allowed')
    .option('--count <count>', 'how often it strikes (default: until it is removed)', count)
    .action((options: AddOptions) => add(cli, options));
  command
    .command('remove')
    .summary('take rules away; what they held goes on')
    .argument('<rules...>', 'their ids', distinct)
    .action((ids: string[]) => remove(cli, ids));
}

async function list(cli: Cli): Promise<void> {
  showList(cli, 'rule', { rows: await listFaultRules(connectAsAdministrator(cli)), more: false }, [
    { title: 'id', value: ({ uuid }) => uuid },
    { title: 'strikes', value: strikes },
    { title: 'moment', value: ({ moment }) => moment.toLowerCase() },
    { title: 'effect', value: ({ effect }) => Object.values(effect).join(' ') },
    { title: 'left', value: ({ remaining }) => remaining ?? 'always' },
  ]);
}

function strikes({ match }: FaultRule): string {
  const given = Object.entries(match).filter(([, value]) => value !== null);
  return given.length === 0 ? 'everything' : given.map(([name, value]) => `${name.replace(/Uuid$/, '')}=${value}`).join(' ');
}

interface AddOptions {
  readonly operation?: string;
  readonly jobType?: string;
  readonly step?: string;
  readonly tenant?: string;
  readonly resource?: string;
  readonly moment?: (typeof MOMENTS)[number];
  readonly fail?: string;
  readonly message?: string;
  readonly delay?: number;
  readonly hold?: number;
  readonly crash?: boolean;
  readonly count?: number;
}

async function add(cli: Cli, options: AddOptions): Promise<void> {
  const { operation, jobType, step, tenant, resource, moment } = options;
  const rule = await addFaultRule(connectAsAdministrator(cli), {
    match: { operation, jobType, step, tenantId: tenant, resourceId: resource },
    moment,
    effect: effectOf(options),
    count: options.count,
  });
  cli.show(rule, () => (rule === null ? ['the rule has struck already'] : [`rule ${rule.uuid} is in force`]));
}

function effectOf({ fail, message, delay, hold, crash }: AddOptions): Readonly<Record<string, unknown>> {
  if (message !== undefined && fail === undefined) throw new UsageError('--message goes with --fail');
  if (fail !== undefined) return { fail: { code: fail, message } };
  if (delay !== undefined) return { delaySeconds: delay };
  if (hold !== undefined) return { holdAtPercent: hold };
  if (crash) return { crash: true };
  throw new UsageError('say what happens: --fail, --delay, --hold or --crash');
}

async function remove(cli: Cli, ids: readonly string[]): Promise<void> {
  const client = connectAsAdministrator(cli);
  for (const id of ids) {
    if (!(await removeFaultRule(client, id)))
      throw new CliError('NOT_FOUND', `there is no rule ${id}`, { hints: ['see `cloudyard faults list`'] });
  }
  cli.show({ removed: ids }, () => [ids.length === 1 ? `rule ${ids[0]} is removed` : `${ids.length} rules are removed`]);
}
