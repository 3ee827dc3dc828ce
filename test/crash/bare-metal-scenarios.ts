/** What to order for each job type of bare-metal servers, in the world of scenarios.ts. */
import type { Cloud } from '../../emulator/cloud.ts';
import { publicImageId } from '../../emulator/images/public-image-id.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import type { Order } from './child-plan.ts';
import type { Scenario } from './scenarios.ts';

/** A bare-metal server of tenant A that runs from its own disk, with a data disk, and a SCSI disk that no server has. */
export interface WorldOfMachines {
  readonly metal: string;
  readonly metalData: string;
  readonly freeScsi: string;
}

/** A tiny base system on every hardware: nobody waits for packages. */
const imageId = publicImageId('BMS_EulerOS_2.9_latest');
const flavorId = 'physical.s4.medium';

export async function makeMachine(cloud: TestCloud): Promise<WorldOfMachines> {
  const { jobId, serverIds } = await cloud.a.bareMetal.launch({ name: 'metal', imageId, flavorId });
  await cloud.waitForJob(jobId, { timeoutMs: 300_000 });
  const [metal = ''] = serverIds;
  const metalData = await makeDisk(cloud, { name: 'metal-data', serverId: metal });
  return { metal, metalData, freeScsi: await makeDisk(cloud, { name: 'free-scsi' }) };
}

async function makeDisk(cloud: TestCloud, input: { name: string; serverId?: string }): Promise<string> {
  const { jobId, diskIds } = await cloud.a.disks.create({ ...input, size: 10, deviceType: 'SCSI', fileSystem: 'EXT4' });
  await cloud.waitForJob(jobId);
  return diskIds[0] ?? '';
}

const call = (operation: string, input: Record<string, unknown>): Order => ({ token: 'cloudyard-demo-a', operation, input });

async function stateOf(cloud: Cloud, where: { id: string } | { name: string }): Promise<string | undefined> {
  const server = await cloud.database.read.server.findFirst({ where });
  return server ? `${server.status} ${server.powerState} ${server.provisionState}` : undefined;
}

async function diskStatus(cloud: Cloud, id: string): Promise<string | undefined> {
  return (await cloud.database.read.disk.findUnique({ where: { id } }))?.status;
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
  baremetalAttachVolume: {
    order: ({ metal, freeScsi }) => call('disks.attach', { serverId: metal, diskId: freeScsi }),
    outcome: (cloud, { freeScsi }) => diskStatus(cloud, freeScsi),
    done: 'IN_USE',
    undone: 'AVAILABLE',
  },
  baremetalDetachVolume: {
    order: ({ metal, metalData }) => call('disks.detach', { serverId: metal, diskId: metalData }),
    outcome: (cloud, { metalData }) => diskStatus(cloud, metalData),
    done: 'AVAILABLE',
    undone: 'IN_USE',
  },
};
