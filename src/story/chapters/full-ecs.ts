import { KIB } from '../../../emulator/units.ts';
import * as documents from '../disk-documents.ts';
import { deleteImage, deleteServers, launchServers, startServers, stopServers } from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { Payload, World } from '../world.ts';
import { attachmentsOf, type Database, leave, read } from './disks.ts';
import { expectStatus, type Launched } from './launch.ts';

interface BackupNode {
  readonly uuid: string;
  readonly incremental: boolean;
  readonly stored: string | number;
  readonly frozenMs: number | null;
}

interface VaultView {
  readonly vault: { readonly used: string | number };
  readonly backups: { readonly edges: readonly { readonly node: BackupNode }[] };
}

/** Full-ECS images stand on differential backups; a server made of one has all disks back, and a restore takes them back in place. */
export async function makeFullEcsImages(world: World, { serverId, disks }: Database): Promise<void> {
  const { a, teller } = world;
  teller.chapter(10, 'A makes full-ECS images of the server with all its disks; one is launched, one is restored');
  const { vault } = await a.mutate<{ vault: { uuid: string } }>(documents.createVault, { input: { name: 'vault', size: 100 } });
  const vaultId = vault.uuid;
  const image = async (name: string): Promise<string> => {
    const made = await world.job<Payload & { image: { uuid: string } }>(a, documents.createWholeImage, {
      name,
      serverId,
      vaultId,
    });
    return made.image.uuid;
  };
  const firstId = await image('whole-1');
  const data = disks[1]?.disk.uuid ?? '';
  await leave(world, serverId, data, 'changed after the first image');
  const secondId = await image('whole-2');
  const [second, first] = await backupsOf(world, vaultId);
  expectThat(first !== undefined && second?.incremental === true, 'the second backup is differential');
  const [of1, of2] = [Number(first.stored), Number(second.stored)];
  expectThat(of2 < of1 / 2, `the second backup stores only what changed (${of2} of ${of1} bytes)`);
  teller.fact(`first backup ${kib(of1)} KiB, second ${kib(of2)} KiB; frozen ${second.frozenMs?.toFixed(1)} ms`);

  const launched = await world.job<Launched>(a, launchServers, { name: 'db-copy', imageId: firstId, flavorId: 's3.medium.2' });
  const copyId = launched.servers[0]?.uuid ?? '';
  const copies = await attachmentsOf(world, copyId);
  expectThat(copies.length === 3, 'a server of the image has all three disks');
  for (const { device, disk } of copies) {
    expectThat((await read(world, copyId, disk.uuid)) === `on ${device}`, `${device} has its bytes of that moment`);
  }
  teller.fact('a server of the first image has all three disks, as of that moment');
  await world.job(a, deleteServers, { serverIds: [copyId], deleteDisks: true });

  await world.refused('the backup under the image is deleted', ['BackupService.6204'], () =>
    a.mutate(documents.deleteBackup, { input: { backupId: first.uuid } }),
  );
  await world.job(a, stopServers, { serverIds: [serverId], type: 'SOFT' });
  await world.job(a, documents.restoreBackup, { backupId: first.uuid, serverId, powerOn: false });
  await world.job(a, startServers, { serverIds: [serverId] });
  await expectStatus(world, serverId, 'ACTIVE');
  expectThat((await read(world, serverId, data)) === 'on /dev/vdb', 'the restore took the disk back');
  teller.fact('restored in place: the disks are what they were at the first backup');

  for (const imageId of [firstId, secondId]) await world.job(a, deleteImage, { imageId, deleteBackup: true });
}

async function backupsOf({ a }: World, vaultId: string): Promise<readonly BackupNode[]> {
  const { backups } = await a.query<VaultView>(documents.vaultBackups, { vaultId });
  return backups.edges.map(({ node }) => node);
}

const kib = (bytes: number): number => Math.round(bytes / KIB);
