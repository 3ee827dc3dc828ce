import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import { count } from '../option-values.ts';
import { type CloudEvent, listEvents, watchEvents } from '../queries/events.ts';
import { moment } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';
import { DEFAULT_LIMIT } from '../show-list.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export function define(command: Command, cli: Cli): void {
  command
    .option('--follow', 'go on with what happens, until ctrl-c')
    .option('--after <cursor>', 'only what comes after this cursor')
    .option('--kind <kinds...>', 'with --follow, only these kinds: image.active, or image.* for all of a noun')
    .option('--limit <count>', `without --follow, how many at most (default: ${DEFAULT_LIMIT})`, count)
    .addHelpText('after', '\nWith --json each event is a line with its cursor. --follow alone begins with what happens next.')
    .action((options: Options) => events(cli, options));
}

interface Options {
  readonly follow?: boolean;
  readonly after?: string;
  readonly kind?: readonly string[];
  readonly limit?: number;
}

async function events(cli: Cli, { follow = false, after, kind, limit = DEFAULT_LIMIT }: Options): Promise<void> {
  if (kind !== undefined && !follow) throw new UsageError('--kind goes with --follow');
  const client = await cli.client();
  if (follow) return untilInterrupted(cli.io, signal => watch(cli, client, { after, kinds: kind }, signal));
  const { rows, more } = await listEvents(client, after, limit);
  for (const event of rows) show(cli, event);
  if (more) cli.remark(`more follow: --after ${rows.at(-1)?.cursor ?? ''}`);
}

/** Between attempts to reach a gateway that is gone, in milliseconds. */
const PAUSE = 1000;
const ATTEMPTS = 30;

/** Goes on where it broke off when the connection is lost. */
async function watch(
  cli: Cli,
  client: Client,
  { after, kinds }: { after: string | undefined; kinds: readonly string[] | undefined },
  signal: AbortSignal,
): Promise<void> {
  let place = after;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      for await (const { data, cursor } of watchEvents(client, { kinds, after: place }, signal)) {
        show(cli, data.events);
        place = cursor ?? data.events.cursor;
        attempt = 0;
      }
    } catch (error) {
      const lost = error instanceof ClientError && error.code === 'CONNECTION' && place !== undefined;
      if (!lost || attempt >= ATTEMPTS) throw error;
    }
    if (!signal.aborted) {
      cli.remark('the connection is lost; trying again');
      await pause(PAUSE, undefined, { signal }).catch(() => undefined);
    }
  }
}

const show = (cli: Cli, event: CloudEvent): void => cli.showEntry(event, () => [line(event)]);

const line = ({ at, kind, resourceType, resourceUuid, payload }: CloudEvent): string =>
  printable(`${moment(at)}  ${kind.padEnd(22)}  ${resourceType} ${resourceUuid}${remark(payload)}`);

/** What matters most to someone who reads along. */
function remark(payload: CloudEvent['payload']): string {
  const words = ['name', 'status', 'step', 'progress']
    .map(name => [name, payload[name]] as const)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => (name === 'progress' ? `${value} %` : String(value)));
  return words.length === 0 ? '' : `  ${words.join(' ')}`;
}
