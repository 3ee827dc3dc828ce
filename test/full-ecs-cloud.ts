/** A cloud whose tenant A has a server with data disks, and a full-ECS image of it in a vault: for the tests of such images. */
import { expect } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import type { HardwareKind } from '../emulator/hardware/hardware.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, FLAVOR, openEmulator } from './emulator-cloud.ts';
import { waitSuccessfully } from './wait-successfully.ts';

/** A placeholder where no registry answers: quick to make. */
export const SOURCE = publicImageId('Standard_Ubuntu_22.04_latest');
/** The job that sums an image's bytes, once it is there. */
export const CHECK = 'imsCheckWholeImageJob';
export const MINUTES = 300_000;
export const nowhere = '00000000-0000-4000-8000-000000000000';

type Transaction = Parameters<Parameters<EmulatorCloud['cloud']['transactions']['run']>[0]>[0];

export interface FullEcsCloud extends EmulatorCloud {
  readonly serverId: string;
  /** Of the server: the system disk, then /dev/vdb and /dev/vdc. */
  readonly disks: readonly string[];
  readonly vaultId: string;
  readonly imageId: string;
  readonly backupId: string;
  /** A launch of the image. */
  readonly order: { readonly name: string; readonly imageId: string; readonly flavorId: string };
  /** Until the job that was ordered has succeeded. */
  done(ordered: Promise<{ jobId: string }>): Promise<void>;
  /** Until all images have been summed. */
  checked(): Promise<void>;
  /** Writes to a disk of the server. */
  write(diskId: string, path: string, words: string): Promise<void>;
  read(serverId: string, diskId: string, path: string): Promise<string>;
  /** Changes rows behind the back of the cloud, as damage or time would. */
  rows(change: (db: Transaction['db']) => Promise<unknown>): Promise<unknown>;
  /** Expects, once all jobs are over, that the tests have left no other backup than the image's, nor bytes of one. */
  close(): Promise<void>;
}

export async function openFullEcs(hardware: HardwareKind): Promise<FullEcsCloud> {
  const emulator = await openEmulator({ hardware });
  const { a, cloud, launch } = emulator;
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 1000 });
  const serverId = await launch({
    imageId: SOURCE,
    systemDisk: { type: 'SAS' },
    dataDisks: [
      { type: 'SATA', size: 10, fileSystem: 'EXT4' },
      { type: 'SSD', size: 11, fileSystem: 'EXT4' },
    ],
  });
  const disks = (await a.servers.listDisks({ serverIds: [serverId] })).map(({ diskId }) => diskId);
  const write = (diskId: string, path: string, words: string): Promise<void> =>
    cloud.hardware.writeFile({ disk: `disk-${diskId}`, server: serverId }, path, Buffer.from(words));
  const [system = '', first = '', second = ''] = disks;
  await write(system, '/root/words', 'system');
  await write(first, '/words', 'first');
  await write(second, '/words', 'second');
  const { jobId, imageId, backupId } = await a.images.createWhole({
    name: 'whole',
    serverId,
    vaultId,
    tags: [{ key: 'k', value: 'v' }],
  });
  await waitSuccessfully(emulator, jobId);
  // Written after the image.
  await write(first, '/words', 'later');
  return {
    ...emulator,
    serverId,
    disks,
    vaultId,
    imageId,
    backupId,
    order: { name: 'web', imageId, flavorId: FLAVOR },
    write,
    done: async ordered => waitSuccessfully(emulator, (await ordered).jobId),
    async checked() {
      const jobs = await cloud.database.read.job.findMany({ where: { type: CHECK } });
      for (const { id } of jobs) await waitSuccessfully(emulator, id);
    },
    read: async (server, diskId, path) => (await cloud.hardware.readFile({ disk: `disk-${diskId}`, server }, path)).toString(),
    rows: change => cloud.transactions.run(tx => change(tx.db)),
    async close() {
      try {
        for (const { id } of await cloud.database.read.job.findMany()) await emulator.over(id);
        const backups = await cloud.database.read.backup.findMany();
        expect(backups.filter(({ id, parentId }) => id !== backupId && parentId !== backupId)).toEqual([]);
        const parts = backups.filter(({ parentId }) => parentId === backupId).map(({ id }) => backupDisk(id));
        const stored = (await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-'));
        expect(stored.sort()).toEqual(parts.sort());
      } finally {
        await emulator.close();
      }
    },
  };
}
