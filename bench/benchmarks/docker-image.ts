import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark, Measured } from '../benchmark.ts';
import { openDockerServers } from '../docker-servers.ts';
import { inPairs, timed } from '../paired.ts';
import { median } from '../statistics.ts';

const run = promisify(execFile);
const MEBIBYTES = 1024;
const ROUNDS = 5;

interface MadeImage {
  readonly milliseconds: number;
  readonly imageId: string;
  readonly frozenMs: number;
}

export const dockerImage: Benchmark = {
  name: 'docker-image',
  description:
    'system disk image of a running server with 1 GiB written, against `qemu-img convert` of the same disk; how long it is frozen',
  needs: 'docker',
  targets: {
    'docker-image-ms': { ratio: { atMost: 1.3 } },
    'docker-image-frozen-ms': { figure: { atMost: 50 } },
  },
  async run({ workspace, note }) {
    note('preparing the hardware and a server with 1 GiB written');
    const servers = await openDockerServers(workspace);
    await servers.ask({ task: 'fill', mebibytes: MEBIBYTES });
    const frozen: number[] = [];
    const ours = async (): Promise<number> => {
      const { milliseconds, frozenMs } = await servers.ask<MadeImage>({ task: 'image' });
      frozen.push(frozenMs);
      return milliseconds;
    };
    const figures: Measured[] = [];
    if (await hasQemu()) {
      const folder = await workspace.folder();
      const [raw, target] = [join(folder, 'disk.raw'), join(folder, 'disk.qcow2')];
      const { imageId } = await servers.ask<MadeImage>({ task: 'image' });
      await servers.ask({ task: 'save', imageId, file: raw });
      const reference = async (): Promise<number> => {
        // Past the page cache, as the pool reads: twice as fast as through it.
        const milliseconds = await timed(() =>
          run('qemu-img', ['convert', '-T', 'none', '-f', 'raw', '-O', 'qcow2', raw, target]),
        );
        await rm(target);
        return milliseconds;
      };
      figures.push({ row: 'docker-image-ms', ...(await inPairs({ rounds: ROUNDS }, ours, reference)) });
    } else {
      note('no qemu-img on this machine (Debian: apt-get install qemu-utils): images are measured without a reference');
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await ours());
      figures.push({ row: 'docker-image-ms', ours: median(times) });
    }
    return [...figures, { row: 'docker-image-frozen-ms', ours: Math.max(...frozen) }];
  },
};

async function hasQemu(): Promise<boolean> {
  try {
    await run('qemu-img', ['--version']);
    return true;
  } catch {
    return false;
  }
}
