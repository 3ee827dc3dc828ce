/** Commands in a running server, with a time limit and a limit on what is kept of their output. */
import type { ContainerProcess } from '../../store/disks/pool/pool-store.ts';
import type { ExecResult } from '../hardware.ts';
import type { Engine } from './engine.ts';
import { frames } from './frames.ts';

const OUTPUT_LIMIT = 1 << 20;
/** The engine's own time for setting a command up and telling how it ended, in milliseconds. */
const SLACK_MS = 10_000;

export interface ExecRequest {
  readonly engine: Engine;
  readonly server: ContainerProcess;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Ends a process of the server and its children. */
  readonly endProcess: (process: ContainerProcess) => Promise<void>;
}

export async function execInServer({ engine, server, command, timeoutMs, endProcess }: ExecRequest): Promise<ExecResult> {
  const exec = await engine.call('preparing a command', docker =>
    docker.getContainer(server.container).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true }),
  );
  const output = { stdout: new Kept(OUTPUT_LIMIT), stderr: new Kept(OUTPUT_LIMIT) };
  const stream = await engine.call('starting a command', () => exec.start({ Detach: false }));
  let timedOut = false;
  const timer = setTimeout(async () => {
    timedOut = true;
    const pid = await exec.inspect().then(
      ({ Pid }) => Pid,
      () => 0,
    );
    if (pid > 1) await endProcess({ pid, container: server.container }).catch(() => {});
    // A process that cannot be ended (it waits for a disk) still holds the stream.
    stream.destroy();
  }, timeoutMs);
  try {
    for await (const { stream: name, data } of frames(stream)) output[name].take(data);
  } catch (error) {
    if (!timedOut) throw error;
  } finally {
    clearTimeout(timer);
  }
  const result = { stdout: output.stdout.bytes(), stderr: output.stderr.bytes() };
  if (timedOut) return { exitCode: null, ...result };
  const ended = await engine.call('asking how a command ended', () => exec.inspect(), SLACK_MS);
  return { exitCode: ended.ExitCode, ...result };
}

/** The first bytes of a stream. */
class Kept {
  readonly #parts: Buffer[] = [];
  #room: number;

  constructor(limit: number) {
    this.#room = limit;
  }

  take(data: Buffer): void {
    const part = data.subarray(0, this.#room);
    this.#room -= part.length;
    if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
