/** What to order for each job type of disks, in the world of scenarios.ts. */
import type { Cloud } from '../../emulator/cloud.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import type { Order } from './child-plan.ts';
import type { Scenario } from './scenarios.ts';

/** Disks of tenant A: one that its running server has, with DATA in DATA_FILE; one that no server has, and a snapshot of that. */
export interface WorldOfDisks {
  readonly data: string;
  readonly free: string;
  readonly snapshot: string;
}

export async function makeDisks(cloud: TestCloud, on: string): Promise<WorldOfDisks> {
  const { a } = cloud;
  const empty = { size: 10, fileSystem: 'EXT4' } as const;
  const attached = await a.disks.create({ name: 'data', ...empty, serverId: on });
  await cloud.waitForJob(attached.jobId);
  const free = await a.disks.create({ name: 'free', ...empty });
  await cloud.waitForJob(free.jobId);
  const [data = '', other = ''] = [...attached.diskIds, ...free.diskIds];
  const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId: other, name: 'kept' });
  await cloud.waitForJob(jobId);
  return { data, free: other, snapshot: snapshotId };
}

const call = (operation: string, input: Record<string, unknown>): Order => ({ token: 'cloudyard-demo-a', operation, input });

const disk = (cloud: Cloud, id: string) => cloud.database.read.disk.findUnique({ where: { id } });
const statusOf = async (cloud: Cloud, id: string): Promise<string | undefined> => (await disk(cloud, id))?.status;

export const diskScenarios: Readonly<Record<string, Scenario>> = {
  createVolume: {
    order: ({ on, snapshot }) => call('disks.create', { name: 'fresh', snapshotId: snapshot, size: 20, serverId: on }),
    outcome: async cloud => (await cloud.database.read.disk.findFirst({ where: { name: 'fresh' } }))?.status,
    done: 'IN_USE',
    undone: undefined,
  },
  attachVolume: {
    order: ({ on, free }) => call('disks.attach', { serverId: on, diskId: free }),
    outcome: (cloud, { free }) => statusOf(cloud, free),
    done: 'IN_USE',
    undone: 'AVAILABLE',
  },
  detachVolume: {
    order: ({ on, data }) => call('disks.detach', { serverId: on, diskId: data }),
    outcome: (cloud, { data }) => statusOf(cloud, data),
    done: 'AVAILABLE',
    undone: 'IN_USE',
  },
  extendVolume: {
    order: ({ data }) => call('disks.extend', { diskId: data, size: 20 }),
    outcome: async (cloud, { data }) => {
      const { status, size } = (await disk(cloud, data)) ?? {};
      return `${status}, ${size} GiB`;
    },
    done: 'IN_USE, 20 GiB',
    // It is larger before the job fails, and nothing makes it smaller.
    undone: 'ERROR_EXTENDING, 20 GiB',
  },
  retypeVolume: {
    order: ({ free }) => call('disks.retype', { diskId: free, type: 'ESSD' }),
    outcome: async (cloud, { free }) => (await disk(cloud, free))?.type,
    done: 'ESSD',
    undone: 'SSD',
  },
  deleteVolume: {
    order: ({ free }) => call('disks.delete', { diskIds: [free] }),
    outcome: (cloud, { free }) => statusOf(cloud, free),
    done: undefined,
    // Its record is gone before its last step.
    undone: undefined,
  },
  createSnapshot: {
    order: ({ data }) => call('disks.createSnapshot', { diskId: data, name: 'now' }),
    outcome: async cloud => (await cloud.database.read.diskSnapshot.findFirst({ where: { name: 'now' } }))?.status,
    done: 'AVAILABLE',
    undone: undefined,
  },
  rollbackSnapshot: {
    order: ({ snapshot }) => call('disks.rollBack', { snapshotId: snapshot }),
    outcome: (cloud, { free }) => statusOf(cloud, free),
    done: 'AVAILABLE',
    undone: 'ERROR_ROLLBACKING',
  },
  deleteSnapshot: {
    order: ({ snapshot }) => call('disks.deleteSnapshot', { snapshotId: snapshot }),
    outcome: async (cloud, { snapshot }) =>
      (await cloud.database.read.diskSnapshot.findUnique({ where: { id: snapshot } }))?.status,
    done: undefined,
    // As with a disk.
    undone: undefined,
  },
};
