import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import { connectAsAdministrator } from '../connect.ts';
import { positiveNumber, seconds } from '../option-values.ts';
import { advanceClock, type Clock, describeCloud, setClock } from '../queries/cloud.ts';

const MODES = { instant: 'INSTANT', paced: 'PACED', virtual: 'VIRTUAL' } as const;
type Mode = keyof typeof MODES;

export function define(command: Command, cli: Cli): void {
  command
    .command('show')
    .summary('how the cloud’s time goes')
    .action(() => show(cli));
  command
    .command('set')
    .summary('change how it goes')
    .addArgument(
      new Argument(
        '<mode>',
        'instant: jobs wait for nothing; paced: they take the real cloud’s times; virtual: time stands still',
      ).choices(Object.keys(MODES)),
    )
    .option('--factor <number>', 'for paced: 0.1 is a tenth of the real cloud’s time (default: 1)', positiveNumber)
    .action((mode: Mode, options: { factor?: number }) => set(cli, mode, options));
  command
    .command('advance')
    .summary('move virtual time on')
    .argument('<span>', 'by how much: 90s, 15m, 12h, 2d', seconds)
    .action((span: number) => advance(cli, span));
}

async function show(cli: Cli): Promise<void> {
  const { clock } = await describeCloud(connectAsAdministrator(cli));
  cli.show(clock, () => [describe(clock)]);
}

async function set(cli: Cli, mode: Mode, { factor }: { factor?: number }): Promise<void> {
  if (factor !== undefined && mode !== 'paced') throw new UsageError('--factor is for paced only');
  const clock = await setClock(connectAsAdministrator(cli), { mode: MODES[mode], factor });
  cli.show(clock, () => [describe(clock)]);
}

async function advance(cli: Cli, span: number): Promise<void> {
  const now = await advanceClock(connectAsAdministrator(cli), span);
  cli.show({ now }, () => [`it is ${now}`]);
}

function describe({ mode, factor, now }: Clock): string {
  const how: Readonly<Record<Clock['mode'], string>> = {
    INSTANT: 'instant: real time, jobs wait for nothing',
    PACED: `paced: jobs take ${factor === 1 ? 'the real cloud’s times' : `${factor} of the real cloud’s times`}`,
    VIRTUAL: 'virtual: time stands still; `cloudyard clock advance 1h` moves it on',
  };
  return `${how[mode]}; it is ${now}`;
}
