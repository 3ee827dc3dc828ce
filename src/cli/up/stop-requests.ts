import type { Io, StopSignal } from '../io.ts';

/**
 * One Ctrl-C can arrive twice within moments: npm hands on to its child what the terminal has sent to both. In milliseconds; nobody
 * presses it twice that fast.
 */
const ECHO = 250;

export interface StopRequests {
  /** Resolves at the first Ctrl-C or request to end. */
  readonly first: Promise<StopSignal>;
  close(): void;
}

/** Listens for requests to stop; calls `again` for one that follows the first. `now` is in milliseconds. */
export function listenForStop(
  io: Pick<Io, 'onStopSignal'>,
  again: (signal: StopSignal) => void,
  now: () => number = () => performance.now(),
): StopRequests {
  let since: number | undefined;
  let close = (): void => undefined;
  const first = new Promise<StopSignal>(resolve => {
    close = io.onStopSignal(signal => {
      if (since !== undefined && now() - since >= ECHO) again(signal);
      since ??= now();
      resolve(signal);
    });
  });
  return { first, close };
}
