/** Commands in a running server, with a time limit and a limit on what is kept of their output. */
import type { ContainerProcess } from '../../store/disks/pool/pool-store.ts';
import { MIB } from '../../units.ts';
import type { ExecResult } from '../hardware.ts';
import type { Engine } from './engine.ts';
import { frames } from './frames.ts';

const OUTPUT_LIMIT = MIB;
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

/** What the engine's runtime says of a container whose processes the helper holds still for some milliseconds. */
const HELD_STILL = /cannot exec in a paused container/;
const NOT_STARTED = 126;
const AGAIN_MS = 20;

export async function execInServer(request: ExecRequest): Promise<ExecResult> {
  const deadline = performance.now() + request.timeoutMs;
  for (;;) {
    const { started, ...result } = await execOnce({ ...request, timeoutMs: Math.max(deadline - performance.now(), AGAIN_MS) });
    if (started || performance.now() > deadline) return result;
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
  }
}

async function execOnce(request: ExecRequest): Promise<ExecResult & { started: boolean }> {
  const { engine, server, command, timeoutMs, endProcess } = request;
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
  if (timedOut) return { exitCode: null, started: true, ...result };
  const ended = await engine.call('asking how a command ended', () => exec.inspect(), SLACK_MS);
  const heldStill = ended.ExitCode === NOT_STARTED && ended.Pid === 0 && HELD_STILL.test(`${result.stdout}${result.stderr}`);
  return { exitCode: ended.ExitCode, started: !heldStill, ...result };
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
