/**
 * For each job type something to order that makes such a job, in one world that all of them share.
 */
import type { Cloud } from '../../emulator/cloud.ts';
import { publicImageId } from '../../emulator/images/public-image-id.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import { backupScenarios, makeBackups, type WorldOfBackups } from './backup-scenarios.ts';
import { bareMetalScenarios, makeMachine, type WorldOfMachines } from './bare-metal-scenarios.ts';
import type { Order } from './child-plan.ts';
import { diskScenarios, makeDisks, type WorldOfDisks } from './disk-scenarios.ts';
import { imageScenarios, makeImageSources, type WorldOfImages } from './image-scenarios.ts';
import { makeNetworks, networkScenarios, type WorldOfNetworks } from './network-scenarios.ts';

/** What is there before something is ordered. */
export interface World extends WorldOfBackups, WorldOfDisks, WorldOfImages, WorldOfNetworks, WorldOfMachines {
  /** The public image that its servers were made of. */
  readonly source: string;
  /** Servers of tenant A: one that runs, one that is off. Both have DATA in DATA_FILE. */
  readonly on: string;
  readonly off: string;
  /** Images of A: one that is not shared, one that B finds as pending. */
  readonly own: string;
  readonly shared: string;
  readonly tenantB: string;
}

export const DATA_FILE = '/root/data.txt';
export const DATA = 'what was written stays written';

const A = 'cloudyard-demo-a';
const B = 'cloudyard-demo-b';
/** The world's servers come from the first; nothing has been made of the second yet, so that a launch has to make its content. */
const SOURCE = publicImageId('Standard_Debian_12_latest');
const OTHER_SOURCE = publicImageId('Standard_Debian_11_latest');
const FLAVOR = 's3.medium.2';
const LARGER_FLAVOR = 's3.large.4';

export async function makeWorld(cloud: TestCloud, source = SOURCE): Promise<World> {
  const { a, b } = cloud;
  const disk = { type: 'SSD', size: 10 } as const;
  const launched = await a.servers.launch({ name: 'web', count: 2, imageId: source, flavorId: FLAVOR, systemDisk: disk });
  await cloud.waitForJob(launched.jobId, { timeoutMs: 300_000 });
  const [on = '', off = ''] = launched.serverIds;
  const content = Buffer.from(DATA).toString('base64');
  for (const serverId of [on, off]) await a.servers.writeFile({ serverId, path: DATA_FILE, content });
  const disks = await makeDisks(cloud, on);
  await a.servers.writeFile({ serverId: on, diskId: disks.data, path: DATA_FILE, content });
  const machine = await makeMachine(cloud);
  const own = await a.images.create({ name: 'own', serverId: on });
  await cloud.waitForJob(own.jobId);
  const shared = await a.images.create({ name: 'shared', serverId: off });
  await cloud.waitForJob(shared.jobId);
  await cloud.waitForJob((await a.images.share({ imageIds: [shared.imageId], tenantIds: [b.id] })).jobId);
  await cloud.waitForJob((await a.servers.stop({ serverIds: [off] })).jobId);
  const images = await makeImageSources(cloud, { on, off, ...disks });
  const networks = await makeNetworks(cloud, source, FLAVOR);
  const backups = await makeBackups(cloud, { on, data: disks.data });
  return {
    source,
    ...backups,
    ...machine,
    ...disks,
    ...images,
    ...networks,
    on,
    off,
    own: own.imageId,
    shared: shared.imageId,
    tenantB: b.id,
  };
}

export interface Scenario {
  /** The job over it, where it is one of a batch. */
  readonly parent?: string;
  /** A job that its success orders. */
  readonly follows?: string;
  /** The job that orders it when it succeeds. */
  readonly precededBy?: string;
  readonly order: (world: World) => Order;
  /** How things stand, in a word. */
  readonly outcome: (cloud: Cloud, world: World) => Promise<string | undefined>;
  /** What that word is when the job has succeeded, and when it has failed. */
  readonly done: string | undefined;
  readonly undone: string | undefined;
}

const call = (token: string, operation: string, input: Record<string, unknown>): Order => ({ token, operation, input });
const statusOf = async (cloud: Cloud, id: string): Promise<string | undefined> =>
  (await cloud.database.read.server.findUnique({ where: { id } }))?.status;
const memberStatus = async (cloud: Cloud, imageId: string): Promise<string | undefined> =>
  (await cloud.database.read.imageMember.findFirst({ where: { imageId } }))?.status;

/** A launch whose image is there already: all of its steps but the last are quick on the embedded hardware. */
export const quickLaunch: Scenario = {
  parent: 'createServer',
  order: ({ source }) =>
    call(A, 'servers.launch', { name: 'new', imageId: source, flavorId: FLAVOR, adminPassword: 'Cloudyard-1' }),
  outcome: async cloud => (await cloud.database.read.server.findFirst({ where: { name: 'new' } }))?.status,
  done: 'ACTIVE',
  undone: undefined,
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  ...backupScenarios,
  ...bareMetalScenarios,
  ...diskScenarios,
  ...networkScenarios,
  ...imageScenarios,
  imsCreateImageByInstance: {
    order: ({ on }) => call(A, 'images.create', { name: 'golden', serverId: on }),
    outcome: async cloud => (await cloud.database.read.image.findFirst({ where: { name: 'golden' } }))?.status,
    done: 'ACTIVE',
    undone: undefined,
  },
  imsDeleteImageJob: {
    order: ({ own }) => call(A, 'images.delete', { imageId: own }),
    outcome: async (cloud, { own }) => (await cloud.database.read.image.findUnique({ where: { id: own } }))?.status,
    done: undefined,
    undone: undefined,
  },
  imsAddImageMembersJob: {
    order: ({ own, tenantB }) => call(A, 'images.share', { imageIds: [own], tenantIds: [tenantB] }),
    outcome: (cloud, { own }) => memberStatus(cloud, own),
    done: 'PENDING',
    undone: undefined,
  },
  imsDelImageMembersJob: {
    order: ({ shared, tenantB }) => call(A, 'images.unshare', { imageIds: [shared], tenantIds: [tenantB] }),
    outcome: (cloud, { shared }) => memberStatus(cloud, shared),
    done: undefined,
    undone: 'PENDING',
  },
  imsUpdateImageMembersJob: {
    order: ({ shared }) => call(B, 'images.answerShares', { imageIds: [shared], status: 'ACCEPTED' }),
    outcome: (cloud, { shared }) => memberStatus(cloud, shared),
    done: 'ACCEPTED',
    undone: 'PENDING',
  },
  createSingleServer: {
    ...quickLaunch,
    order: () =>
      call(A, 'servers.launch', { name: 'new', imageId: OTHER_SOURCE, flavorId: FLAVOR, adminPassword: 'Cloudyard-1' }),
  },
  startSingleServer: {
    parent: 'startServer',
    order: ({ off }) => call(A, 'servers.start', { serverIds: [off] }),
    outcome: (cloud, { off }) => statusOf(cloud, off),
    done: 'ACTIVE',
    undone: 'SHUTOFF',
  },
  stopSingleServer: {
    parent: 'stopServer',
    order: ({ on }) => call(A, 'servers.stop', { serverIds: [on] }),
    outcome: (cloud, { on }) => statusOf(cloud, on),
    done: 'SHUTOFF',
    undone: 'ACTIVE',
  },
  rebootSingleServer: {
    parent: 'rebootServer',
    order: ({ on }) => call(A, 'servers.reboot', { serverIds: [on], type: 'HARD' }),
    outcome: (cloud, { on }) => statusOf(cloud, on),
    done: 'ACTIVE',
    undone: 'ERROR',
  },
  resizeServer: {
    order: ({ off }) => call(A, 'servers.resize', { serverId: off, flavorId: LARGER_FLAVOR }),
    outcome: async (cloud, { off }) => (await cloud.database.read.server.findUnique({ where: { id: off } }))?.flavorId,
    done: LARGER_FLAVOR,
    undone: FLAVOR,
  },
  deleteSingleServer: {
    parent: 'deleteServer',
    order: ({ on }) => call(A, 'servers.delete', { serverIds: [on] }),
    outcome: (cloud, { on }) => statusOf(cloud, on),
    done: undefined,
    // Its record is gone before its last step.
    undone: undefined,
  },
  prepareHardware: {
    order: () => 'prepare',
    outcome: async ({ hardware }) => hardware.status().state,
    done: 'ready',
    undone: 'ready',
  },
  restoreServers: {
    order: () => 'restart',
    outcome: (cloud, { on }) => statusOf(cloud, on),
    done: 'ACTIVE',
    undone: 'ACTIVE',
  },
};
