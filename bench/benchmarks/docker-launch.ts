import type { Benchmark } from '../benchmark.ts';
import { openDockerServers } from '../docker-servers.ts';
import { inPairs } from '../paired.ts';

export const dockerLaunch: Benchmark = {
  name: 'docker-launch',
  description: 'launch on docker, from the request to ACTIVE, against creating and starting the same container by hand',
  needs: 'docker',
  targets: { 'docker-launch-ms': { ratio: { atMost: 1.5 } } },
  async run({ workspace, note }) {
    note('preparing the hardware and a first server');
    const servers = await openDockerServers(workspace);
    const time = async (task: string): Promise<number> => (await servers.ask<{ milliseconds: number }>({ task })).milliseconds;
    return [
      {
        row: 'docker-launch-ms',
        ...(await inPairs(
          { rounds: 9 },
          () => time('launch'),
          () => time('raw'),
        )),
      },
    ];
  },
};
