import type { Benchmark, Measured } from '../benchmark.ts';
import { openDockerDisks, type Timed } from '../docker-disks.ts';
import { inPairs } from '../paired.ts';
import { percentile } from '../statistics.ts';

const ROUNDS = 7;
const CHANGED = 10 << 20;
/** Enough for a 99th percentile that is not the longest. */
const HOLDS = 200;

interface WholeImage extends Timed {
  readonly imageId: string;
  readonly storedBytes: number;
}

export const fullEcsImage: Benchmark = {
  name: 'full-ecs-image',
  description:
    'full-ECS image of a running server with three disks of 1 GiB written, first and after 10 MiB have changed, against a system disk image of it; what the second one stores, and how long the server is held while it writes to all of them',
  needs: 'docker',
  targets: {
    'full-ecs-image-first-ms': { ratio: { atMost: 1 } },
    'full-ecs-image-next-ms': { ratio: { atMost: 0.25 } },
    'full-ecs-image-next-bytes': { ratio: { atMost: 1.3 } },
    'full-ecs-image-frozen-p99-ms': { figure: { atMost: 50 } },
  },
  async run({ workspace, note }) {
    note('preparing the hardware and a server with three disks of 1 GiB written');
    const disks = await openDockerDisks(workspace);
    const systemImage = async (): Promise<number> => {
      const { milliseconds, imageId } = await disks.ask<Timed & { imageId: string }>({ task: 'systemImage' });
      await disks.ask({ task: 'deleteImage', imageId });
      return milliseconds;
    };
    const stored: number[] = [];
    const first = await disks.ask<WholeImage>({ task: 'wholeImage' });
    const firstReference = await systemImage();
    const next = async (): Promise<number> => {
      await disks.ask({ task: 'change' });
      const { milliseconds, storedBytes } = await disks.ask<WholeImage>({ task: 'wholeImage' });
      stored.push(storedBytes);
      return milliseconds;
    };
    const figures: Measured[] = [
      {
        row: 'full-ecs-image-first-ms',
        ours: first.milliseconds,
        reference: firstReference,
        ratio: first.milliseconds / firstReference,
      },
      { row: 'full-ecs-image-next-ms', ...(await inPairs({ rounds: ROUNDS }, next, systemImage)) },
    ];
    const { heldMs } = await disks.ask<{ heldMs: number[] }>({ task: 'hold', times: HOLDS });
    const largest = Math.max(...stored);
    return [
      ...figures,
      { row: 'full-ecs-image-next-bytes', ours: largest, reference: CHANGED, ratio: largest / CHANGED },
      { row: 'full-ecs-image-frozen-p99-ms', ours: percentile(heldMs, 0.99) },
    ];
  },
};
