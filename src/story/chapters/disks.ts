import * as documents from '../disk-documents.ts';
import { launchServers, publicImages, runCommand, writeFile } from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { Payload, World } from '../world.ts';
import { expectStatus, type Launched } from './launch.ts';

export interface Attachment {
  readonly device: string;
  readonly bootIndex: number | null;
  readonly disk: { readonly uuid: string; readonly size: number; readonly status: string };
}

/** A server with a system disk and two data disks, and a file on each. */
export interface Database {
  readonly serverId: string;
  readonly disks: readonly Attachment[];
}

const FILE = '/data.txt';

/** A disk comes with its server, another is attached while it runs; a snapshot takes one back to what it was. */
export async function useDisks(world: World): Promise<Database> {
  const { a, teller } = world;
  teller.chapter(8, 'A launches a server with a data disk, attaches another one, and goes back to a snapshot');
  const launched = await world.job<Launched>(a, launchServers, {
    name: 'db',
    imageId: await debianImage(world),
    flavorId: 's3.medium.2',
    systemDisk: { type: 'SSD', size: 10 },
    dataDisks: [{ type: 'SSD', size: 10, fileSystem: 'EXT4' }],
  });
  const serverId = launched.servers[0]?.uuid ?? '';
  await expectStatus(world, serverId, 'ACTIVE');
  const made = await world.job<Payload & { disks: readonly { uuid: string }[] }>(a, documents.createDisks, {
    name: 'archive',
    size: 10,
    type: 'SAS',
    fileSystem: 'EXT4',
  });
  const diskId = made.disks[0]?.uuid ?? '';
  await world.job(a, documents.attachDisk, { serverId, diskId });
  const disks = await attachmentsOf(world, serverId);
  expectThat(disks.map(({ device }) => device).join() === '/dev/vda,/dev/vdb,/dev/vdc', 'the server has three disks');
  for (const { device, disk } of disks) await leave(world, serverId, disk.uuid, `on ${device}`);
  teller.fact('three disks, a file on each; one was attached while the server ran');
  if (world.stage.hardware === 'docker') await lookInside(world, serverId);

  const taken = await world.job<Payload & { snapshot: { uuid: string } }>(a, documents.createDiskSnapshot, {
    diskId,
    name: 'before',
  });
  await leave(world, serverId, diskId, 'changed by mistake');
  await world.job(a, documents.detachDisk, { serverId, diskId });
  await world.job(a, documents.rollBackDisk, { snapshotId: taken.snapshot.uuid });
  await world.job(a, documents.attachDisk, { serverId, diskId });
  expectThat((await read(world, serverId, diskId)) === 'on /dev/vdc', 'the disk is what it was at the snapshot');
  teller.fact('detached, rolled back to the snapshot, attached: the mistake is gone');
  await world.job(a, documents.deleteDiskSnapshot, { snapshotId: taken.snapshot.uuid });
  await world.refused('the system disk is detached', ['Ecs.0102'], () =>
    a.mutate(documents.detachDisk, { input: { serverId, diskId: disks[0]?.disk.uuid } }),
  );
  return { serverId, disks };
}

/** A public image whose content can be made on every machine. */
export async function debianImage({ a }: World): Promise<string> {
  const filter = { relation: 'PUBLIC', name: 'Standard_Debian_12_latest' };
  const { images } = await a.query<{ images: { edges: readonly { node: { uuid: string } }[] } }>(publicImages, { filter });
  const [first] = images.edges;
  expectThat(first !== undefined, 'there is a public image of Debian 12');
  return first.node.uuid;
}

export async function leave({ a }: World, serverId: string, diskId: string, text: string): Promise<void> {
  await a.mutate(writeFile, { input: { serverId, diskId, path: FILE, text } });
}

export async function read({ a }: World, serverId: string, diskId: string): Promise<string> {
  const answer = await a.query<{ serverFile: { text: string } }>(documents.readDiskFile, { serverId, diskId, path: FILE });
  return answer.serverFile.text;
}

export async function attachmentsOf({ a }: World, id: string): Promise<readonly Attachment[]> {
  const { server } = await a.query<{ server: { attachments: readonly Attachment[] } | null }>(documents.attachments, { id });
  return server?.attachments ?? [];
}

/** Where servers have processes, the disks are mounted at their real size. */
async function lookInside({ a, teller }: World, serverId: string): Promise<void> {
  const command = ['sh', '-c', 'cat /mnt/vdb/data.txt /mnt/vdc/data.txt; echo; df -h /mnt/vdb /mnt/vdc | tail -2'];
  const { exitCode, stdout } = await a.mutate<{ exitCode: number; stdout: string }>(runCommand, { input: { serverId, command } });
  const [files, ...sizes] = stdout.trim().split('\n');
  expectThat(exitCode === 0 && files === 'on /dev/vdbon /dev/vdc', `the server sees the files of its data disks (${files})`);
  teller.fact(`in the server: ${sizes.map(line => line.replace(/\s+/g, ' ')).join('; ')}`);
}
