import { setTimeout } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { post } from '../http-load.ts';
import { startEmbedded, startReference } from '../listening.ts';
import { inPairs } from '../paired.ts';
import { pageQuery, TOKEN_A } from '../queries.ts';
import { seededState } from '../seed/state.ts';
import { median } from '../statistics.ts';

const ROUNDS = 7;
/** From here on a process is at rest. */
const REST = 5000;

export const processStart: Benchmark = {
  name: 'process-start',
  description:
    'from the start of the process (embedded, existing state) to the first answered page of images; then memory at rest',
  targets: {
    'process-start-ms': { ratio: { atMost: 2 } },
    'resident-at-rest-mib': { figure: { atMost: 220 } },
  },
  async run({ workspace }) {
    const state = await seededState(workspace, 0);
    const resident: { ours: number[]; reference: number[] } = { ours: [], reference: [] };
    let rests = 0;
    const side = (start: () => ReturnType<typeof startReference>, memory: number[], token?: string) => async () => {
      const began = performance.now();
      const server = await start();
      await post({ url: server.url, query: pageQuery, ...(token !== undefined && { token }) });
      const milliseconds = performance.now() - began;
      if (rests++ >= 2 * ROUNDS - 4) {
        await setTimeout(REST);
        memory.push(await server.residentMiB());
      }
      await server.stop();
      return milliseconds;
    };
    const start = await inPairs(
      { rounds: ROUNDS },
      side(() => startEmbedded(workspace, state), resident.ours, TOKEN_A),
      side(() => startReference(workspace), resident.reference),
    );
    const [ours, reference] = [median(resident.ours), median(resident.reference)];
    return [
      { row: 'process-start-ms', ...start },
      { row: 'resident-at-rest-mib', ours, reference, ratio: ours / reference },
    ];
  },
};
