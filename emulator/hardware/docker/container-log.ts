import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { HardwareError } from '../hardware.ts';
import { ENGINE_LIMIT, type Engine } from './engine.ts';
import { frames } from './frames.ts';

/** A message of a container's log: the engine's time, as it wrote it, a blank, and what was said. */
export interface LogMessage {
  readonly time: string;
  readonly data: Buffer;
}

/**
 * Reads a container's log from its beginning, or from a time on, piece by piece: however long it is, no more of it is in memory than a few
 * pieces, and whoever stops reading ends the engine's answer. A log that stands still for a minute is `unavailable`.
 */
export async function* containerLog(engine: Engine, container: string, since: string | undefined): AsyncGenerator<LogMessage> {
  const log = await engine.call('reading a log', docker => answerOf(docker, container, since));
  const stalled = (): unknown =>
    log.destroy(new HardwareError('unavailable', 'reading a log: the container engine stopped answering'));
  const timer = setTimeout(stalled, ENGINE_LIMIT.call);
  try {
    for await (const { data } of frames(log)) {
      timer.refresh();
      const blank = data.indexOf(' ');
      yield { time: data.subarray(0, blank).toString(), data: data.subarray(blank + 1) };
    }
  } finally {
    clearTimeout(timer);
    log.destroy();
  }
}

/** The client's own call gives a log that is not followed as one buffer, so this asks for it a level below. */
function answerOf(docker: Docker, container: string, since: string | undefined): Promise<Readable> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/containers/${encodeURIComponent(container)}/logs?`,
        method: 'GET',
        isStream: true,
        options: { follow: false, stdout: true, stderr: true, timestamps: true, ...(since !== undefined && { since }) },
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      },
      (error, answer) => (answer instanceof Readable ? resolve(answer) : reject(error ?? new TypeError('not a stream'))),
    );
  });
}
