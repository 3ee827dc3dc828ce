import type { Benchmark } from '../benchmark.ts';
import { Program } from '../program.ts';

export const thousandBackups: Benchmark = {
  name: 'thousand-backups',
  description:
    '1,000 backups of a disk of 10 GB, each after ten changes, in the store of the embedded hardware: what they take, deletion of the oldest half',
  targets: {
    'thousand-backups-ms': { figure: { atMost: 30_000 } },
    'thousand-backups-pause-ms': { figure: { atMost: 50 } },
  },
  async run({ workspace, note }) {
    const program = Program.start(workspace, 'programs/thousand-backups', [await workspace.folder()]);
    await program.next();
    note('backups are made');
    // What the machine itself keeps a loop waiting that has nothing to do, at the same time.
    const idle = Program.start(workspace, 'programs/idle-loop');
    await idle.next();
    await idle.ask({ look: true });
    const { milliseconds, longestPauseMs } = await program.ask<{ milliseconds: number; longestPauseMs: number }>({ go: true });
    const { longestPauseMs: reference } = await idle.ask<{ longestPauseMs: number }>({ answer: true });
    return [
      { row: 'thousand-backups-ms', ours: milliseconds },
      { row: 'thousand-backups-pause-ms', ours: longestPauseMs, reference },
    ];
  },
};
