/** What to order for each job type of bare-metal servers, in the world of scenarios.ts. */
import type { Cloud } from '../../emulator/cloud.ts';
import { publicImageId } from '../../emulator/images/public-image-id.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import type { Order } from './child-plan.ts';
import type { Scenario } from './scenarios.ts';

/** A bare-metal server of tenant A that runs from its own disk. */
export interface WorldOfMachines {
  readonly metal: string;
}

/** A tiny base system on every hardware: nobody waits for packages. */
const imageId = publicImageId('BMS_EulerOS_2.9_latest');
const flavorId = 'physical.s4.medium';

export async function makeMachine(cloud: TestCloud): Promise<WorldOfMachines> {
  const { jobId, serverIds } = await cloud.a.bareMetal.launch({ name: 'metal', imageId, flavorId });
  await cloud.waitForJob(jobId, { timeoutMs: 300_000 });
  return { metal: serverIds[0] ?? '' };
}

const call = (operation: string, input: Record<string, unknown>): Order => ({ token: 'cloudyard-demo-a', operation, input });

async function stateOf(cloud: Cloud, where: { id: string } | { name: string }): Promise<string | undefined> {
  const server = await cloud.database.read.server.findFirst({ where });
  return server ? `${server.status} ${server.powerState} ${server.provisionState}` : undefined;
}

export const bareMetalScenarios: Readonly<Record<string, Scenario>> = {
  baremetalSingleCreate: {
    parent: 'baremetalBatchCreate',
    order: () =>
      call('bareMetal.launch', { name: 'fresh-metal', imageId, flavorId, dataDisks: [{ size: 10, fileSystem: 'EXT4' }] }),
    outcome: cloud => stateOf(cloud, { name: 'fresh-metal' }),
    done: 'ACTIVE ON active',
    undone: undefined,
  },
  baremetalSingleOperate: {
    parent: 'baremetalBatchOperate',
    order: ({ metal }) => call('bareMetal.operate', { serverIds: [metal], action: 'POWER_OFF' }),
    outcome: (cloud, { metal }) => stateOf(cloud, { id: metal }),
    done: 'SHUTOFF OFF active',
    undone: 'ACTIVE ON active',
  },
};
