import { setTimeout } from 'node:timers/promises';
import { templateFor } from '../../src/testing/template.ts';
import type { Benchmark } from '../benchmark.ts';
import { Program } from '../program.ts';

/** Long enough for the collector to have been there, as in any process that is left alone. */
const REST = 10_000;

export const thousandServers: Benchmark = {
  name: 'thousand-servers',
  description:
    '1,000 servers on embedded hardware, ordered in 10 batches of 100 at once, until all are ACTIVE; memory before and after',
  targets: {
    'thousand-servers-ms': { figure: { atMost: 12_000 } },
    'thousand-servers-growth-mib': { figure: { atMost: 60 } },
  },
  async run({ workspace }) {
    const program = Program.start(workspace, 'programs/order-servers', [await workspace.folder(), await templateFor({}), '10']);
    await program.next();
    const before = await program.residentMiB();
    const { milliseconds } = await program.ask<{ milliseconds: number }>({ go: true });
    await setTimeout(REST);
    const after = await program.residentMiB();
    return [
      { row: 'thousand-servers-ms', ours: milliseconds },
      { row: 'thousand-servers-growth-mib', ours: after - before },
    ];
  },
};
