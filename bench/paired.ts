import { median } from './statistics.ts';

export interface Pairing {
  /** Pairs that count. */
  readonly rounds: number;
  /** Pairs before them, so that both sides are warm. Default 1. */
  readonly warmUps?: number;
}

/** A side of a comparison: does the work once and returns the figure, in any unit. */
export type Side = () => Promise<number>;

/**
 * Measures two sides by turns, so that what else the machine does meets both alike. Which of them is first changes from pair to pair.
 */
export async function inPairs({ rounds, warmUps = 1 }: Pairing, ours: Side, reference: Side) {
  const pairs: { ours: number; reference: number }[] = [];
  for (let round = 0; round < rounds + warmUps; round++) {
    const pair =
      round % 2 === 0
        ? { ours: await ours(), reference: await reference() }
        : await reference().then(async figure => ({ ours: await ours(), reference: figure }));
    if (round >= warmUps) pairs.push(pair);
  }
  return {
    ours: median(pairs.map(pair => pair.ours)),
    reference: median(pairs.map(pair => pair.reference)),
    ratio: median(pairs.map(pair => pair.ours / pair.reference)),
  };
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
