import type { Io } from './io.ts';

/** Does something that goes on until Ctrl-C, which then is its proper end. */
export async function untilInterrupted(io: Io, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupted = new AbortController();
  const stopListening = io.onStopSignal(() => interrupted.abort());
  try {
    await work(interrupted.signal);
  } finally {
    stopListening();
  }
}
