import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark } from '../benchmark.ts';
import { openDockerDisks, type Timed } from '../docker-disks.ts';
import { inPairs, timed } from '../paired.ts';

const run = promisify(execFile);

export const dockerDisks: Benchmark = {
  name: 'docker-disks',
  description:
    'attach and detach against an exec of `true`; a launch of three disks against one of one disk; a restore of 10 MiB in 1 GiB against a full copy; a folder of 1,000 files against `ls`',
  needs: 'docker',
  targets: {
    'disk-attach-ms': { ratio: { atMost: 2 } },
    'disk-detach-ms': { ratio: { atMost: 2 } },
    'launch-full-ecs-ms': { ratio: { atMost: 1.5 } },
    'restore-in-place-ms': { ratio: { atMost: 0.5 } },
    'image-files-docker-ms': { ratio: { atMost: 10 } },
  },
  async run({ workspace, note }) {
    note('preparing the hardware and a server with three disks of 1 GiB written');
    const disks = await openDockerDisks(workspace);
    const time = async (task: string, more: object = {}): Promise<number> =>
      (await disks.ask<Timed>({ task, ...more })).milliseconds;
    const exec = (): Promise<number> => time('exec');

    const attach = await inPairs(
      { rounds: 15 },
      async () => {
        const milliseconds = await time('attach');
        await disks.ask({ task: 'detach' });
        return milliseconds;
      },
      exec,
    );
    const detach = await inPairs(
      { rounds: 15 },
      async () => {
        await disks.ask({ task: 'attach' });
        return time('detach');
      },
      exec,
    );

    const whole = await disks.ask<{ imageId: string }>({ task: 'wholeImage' });
    const system = await disks.ask<{ imageId: string }>({ task: 'systemImage' });
    const launch = await inPairs(
      { rounds: 9 },
      () => time('launch', whole),
      () => time('launch', system),
    );

    const folder = await workspace.folder();
    const [raw, copy] = [join(folder, 'disk.raw'), join(folder, 'copy.raw')];
    await disks.ask({ task: 'save', file: raw });
    const restore = await inPairs(
      { rounds: 5 },
      async () => {
        await disks.ask({ task: 'changeSpare' });
        return time('restore');
      },
      async () => {
        const milliseconds = await timed(() => fullCopy(raw, copy));
        await rm(copy);
        return milliseconds;
      },
    );

    const files = await inPairs(
      { rounds: 9 },
      () => time('files', { imageId: system.imageId }),
      () => time('ls'),
    );
    return [
      { row: 'disk-attach-ms', ...attach },
      { row: 'disk-detach-ms', ...detach },
      { row: 'launch-full-ecs-ms', ...launch },
      { row: 'restore-in-place-ms', ...restore },
      { row: 'image-files-docker-ms', ...files },
    ];
  },
};

/** Holes stay holes; safe on the disk when it resolves, as a restore is. */
async function fullCopy(from: string, to: string): Promise<void> {
  await run('cp', ['--reflink=never', '--sparse=auto', from, to]);
  await using file = await open(to, 'r+');
  await file.sync();
}
