/** What to order for each job type that makes an image of disks or of a whole server, in the world of scenarios.ts. */
import type { Cloud } from '../../emulator/cloud.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import type { Order } from './child-plan.ts';
import type { Scenario } from './scenarios.ts';

/** Of tenant A: a vault that no server is in, with a backup of the server that is off. */
export interface WorldOfImages {
  readonly imageVault: string;
  readonly imageBackup: string;
}

/** The disk gets a system, so that an image can be made of it. */
export async function makeImageSources(
  cloud: TestCloud,
  { on, off, data }: { readonly on: string; readonly off: string; readonly data: string },
): Promise<WorldOfImages> {
  const { a } = cloud;
  const release = Buffer.from('PRETTY_NAME="Ubuntu 22.04 server 64bit"\nID=ubuntu\nVERSION_ID="22.04"\n').toString('base64');
  await a.servers.writeFile({ serverId: on, diskId: data, path: '/etc/os-release', content: release });
  const { vaultId } = await a.vaults.create({ name: 'for-images', size: 1000, resources: [{ id: off }] });
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  await cloud.waitForJob(jobId);
  await a.vaults.removeResources({ vaultId, resourceIds: [off] });
  return { imageVault: vaultId, imageBackup: backupIds[0] ?? '' };
}

const call = (operation: string, input: Record<string, unknown>): Order => ({ token: 'cloudyard-demo-a', operation, input });

const made = (cloud: Cloud) => cloud.database.read.image.findFirst({ where: { name: 'made' }, include: { backup: true } });

/** An image with how its backup is. */
async function standingOf(cloud: Cloud): Promise<string | undefined> {
  const image = await made(cloud);
  return image ? `${image.status}, ${image.backup?.status}, ${image.checksum === null ? 'unchecked' : 'checked'}` : undefined;
}

const image: Pick<Scenario, 'outcome' | 'done' | 'undone'> = {
  outcome: async cloud => (await made(cloud))?.status,
  done: 'ACTIVE',
  undone: undefined,
};

const whole = ({ off, imageVault }: { readonly off: string; readonly imageVault: string }): Order =>
  call('images.createWhole', { name: 'made', serverId: off, vaultId: imageVault });

export const imageScenarios: Readonly<Record<string, Scenario>> = {
  imsCopyVolumeToImageJob: {
    ...image,
    parent: 'imsVolumesToSysDataImagesJob',
    order: ({ data }) => call('images.createDataImages', { dataImages: [{ name: 'made', diskId: data }] }),
  },
  imsVolumeCreateImageJob: {
    ...image,
    order: ({ data }) =>
      call('images.createFromDisk', { name: 'made', diskId: data, osVersion: 'Debian GNU/Linux 12.0.0 64bit' }),
  },
  imsCreateWholeImageByInstanceJob: {
    order: whole,
    follows: 'imsCheckWholeImageJob',
    outcome: standingOf,
    done: 'ACTIVE, AVAILABLE, checked',
    undone: undefined,
  },
  imsCheckWholeImageJob: {
    order: whole,
    precededBy: 'imsCreateWholeImageByInstanceJob',
    outcome: standingOf,
    done: 'ACTIVE, AVAILABLE, checked',
    // What was read before it failed is known.
    undone: 'ACTIVE, AVAILABLE, checked',
  },
  imsCreateWholeImageByBackupJob: {
    ...image,
    order: ({ imageBackup }) => call('images.createWholeFromBackup', { name: 'made', backupId: imageBackup }),
  },
};
