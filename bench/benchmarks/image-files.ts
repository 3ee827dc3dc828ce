import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark } from '../benchmark.ts';
import { inPairs, timed } from '../paired.ts';
import { Program } from '../program.ts';

const run = promisify(execFile);
const FILES = 1000;
/** Of one process, so that its start counts little. */
const LISTINGS = 20;

export const imageFiles: Benchmark = {
  name: 'image-files',
  description: 'a folder of 1,000 files of an image on embedded hardware, against `ls -lan` of such a folder of this machine',
  targets: { 'image-files-embedded-ms': { ratio: { atMost: 50 } } },
  async run({ workspace, note }) {
    note('an image with 1,000 files is made');
    const program = Program.start(workspace, 'programs/embedded-files', [await workspace.folder()]);
    workspace.onEnd(() => program.end({ task: 'close' }));
    await program.next();
    const folder = await workspace.folder();
    for (let number = 1; number <= FILES; number++) await writeFile(join(folder, `file-${number}`), `${number}\n`);
    const listings = `for i in $(seq ${LISTINGS}); do ls -lan "$0" >/dev/null; done`;
    const figures = await inPairs(
      { rounds: 9 },
      async () => (await program.ask<{ milliseconds: number }>({ task: 'list' })).milliseconds,
      async () => (await timed(() => run('sh', ['-c', listings, folder]))) / LISTINGS,
    );
    return [{ row: 'image-files-embedded-ms', ...figures }];
  },
};
