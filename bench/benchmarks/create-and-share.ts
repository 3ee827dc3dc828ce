import type { Benchmark } from '../benchmark.ts';
import { inPairs } from '../paired.ts';
import { Program } from '../program.ts';
import { seededState } from '../seed/state.ts';
import type { Workspace } from '../workspace.ts';

const MANY = 100_000;
/** Images for one figure. */
const TIMES = 10;

export const createAndShare: Benchmark = {
  name: 'create-and-share',
  description: 'create an image record and share it, to the end of both jobs: 100,000 stored against none',
  targets: { 'create-and-share-ms': { ratio: { atMost: 1.2 } } },
  async run({ workspace }) {
    const many = await sharer(workspace, MANY);
    const none = await sharer(workspace, 0);
    return [{ row: 'create-and-share-ms', ...(await inPairs({ rounds: 11, warmUps: 2 }, many, none)) }];
  },
};

async function sharer(workspace: Workspace, images: number): Promise<() => Promise<number>> {
  const program = Program.start(workspace, 'programs/share-images', [await seededState(workspace, images)]);
  await program.next();
  return async () => (await program.ask<{ milliseconds: number }>({ times: TIMES })).milliseconds / TIMES;
}
