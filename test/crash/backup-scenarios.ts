/** Something to order for each job type of vaults and backups, and what has to be there for it. */
import type { Cloud } from '../../emulator/cloud.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import type { Order } from './child-plan.ts';
import type { Scenario } from './scenarios.ts';

/** Of tenant A: a vault with the server that runs, and a backup of it; another vault with nothing but a backup of a disk of that server. */
export interface WorldOfBackups {
  readonly backupVault: string;
  readonly backup: string;
  readonly diskVault: string;
}

export async function makeBackups(cloud: TestCloud, { on, data }: { on: string; data: string }): Promise<WorldOfBackups> {
  const { a } = cloud;
  const { vaultId: backupVault } = await a.vaults.create({ name: 'servers', size: 200, resources: [{ id: on }] });
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId: backupVault });
  await cloud.waitForJob(jobId);
  const disks = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources: [{ id: data }] });
  await cloud.waitForJob((await a.checkpoints.create({ vaultId: disks.vaultId })).jobId);
  return { backupVault, backup: backupIds[0] ?? '', diskVault: disks.vaultId };
}

const call = (operation: string, input: Record<string, unknown>): Order => ({ token: 'cloudyard-demo-a', operation, input });
const backupStatus = async (cloud: Cloud, id: string): Promise<string | undefined> =>
  (await cloud.database.read.backup.findUnique({ where: { id } }))?.status;

export const backupScenarios: Readonly<Record<string, Scenario>> = {
  createBackup: {
    parent: 'createCheckpoint',
    order: ({ backupVault }) => call('checkpoints.create', { vaultId: backupVault, name: 'again' }),
    outcome: async cloud => (await cloud.database.read.backup.findFirst({ where: { name: 'again' } }))?.status,
    done: 'AVAILABLE',
    undone: undefined,
  },
  restoreBackup: {
    order: ({ backup }) => call('backups.restore', { backupId: backup }),
    async outcome(cloud, { backup, on }) {
      const server = await cloud.database.read.server.findUnique({ where: { id: on } });
      return `${server?.status}, ${await backupStatus(cloud, backup)}`;
    },
    done: 'ACTIVE, AVAILABLE',
    // The disks were written before its last step; a server that could not be started is off.
    undone: 'SHUTOFF, AVAILABLE',
  },
  deleteBackup: {
    order: ({ backup }) => call('backups.delete', { backupId: backup }),
    outcome: (cloud, { backup }) => backupStatus(cloud, backup),
    done: undefined,
    // Its record is gone before its last step.
    undone: undefined,
  },
  deleteVault: {
    order: ({ diskVault }) => call('vaults.delete', { vaultId: diskVault }),
    outcome: async (cloud, { diskVault }) => (await cloud.database.read.vault.findUnique({ where: { id: diskVault } }))?.status,
    done: undefined,
    undone: undefined,
  },
  verifyDisks: {
    order: () => ({ token: 'cloudyard-admin', operation: 'cloud.fsck', input: {} }),
    outcome: async ({ database: { read } }) =>
      `${(await read.image.count({ where: { damage: { not: null } } })) + (await read.backup.count({ where: { damage: { not: null } } }))} damaged`,
    done: '0 damaged',
    undone: '0 damaged',
  },
};
