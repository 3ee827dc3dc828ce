import { MIB } from '../../../emulator/units.ts';
import * as documents from '../disk-documents.ts';
import { createImage, deleteImage, deleteServers, writeFile } from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { Payload, World } from '../world.ts';
import { attachmentsOf, type Database } from './disks.ts';

interface Diff {
  readonly image: { readonly diff: { readonly differences: readonly { readonly path: string; readonly change: string }[] } };
}

interface Usage {
  readonly usage: Readonly<Record<'total' | 'images' | 'backups', { readonly stored: string | number }>>;
}

/** Two images are compared file by file, the space is counted, every checksum is read again; then all goes. */
export async function lookIntoImages(world: World, { serverId }: Database): Promise<void> {
  const { a, admin, teller } = world;
  teller.chapter(14, 'A compares two images file by file and counts the space; all checksums are read again');
  const image = async (name: string): Promise<string> =>
    (await world.job<Payload & { image: { uuid: string } }>(a, createImage, { serverId, name })).image.uuid;
  const before = await image('look-1');
  await a.mutate(writeFile, { input: { serverId, path: '/etc/motd', text: 'changed between two images\n' } });
  await a.mutate(writeFile, { input: { serverId, path: '/srv/new.txt', text: 'new\n' } });
  const after = await image('look-2');
  const { image: compared } = await a.query<Diff>(documents.imageDiff, { id: before, other: `Image:${after}`, path: '/' });
  const differences = compared.diff.differences.map(({ path, change }) => `${change} ${path}`);
  expectThat(differences.includes('ADDED /srv/new.txt'), `the new file is found (${differences.join(', ')})`);
  expectThat(
    differences.some(line => line.endsWith('/etc/motd')),
    'the changed file is found',
  );
  teller.fact(`${differences.length} differences, among them ${differences.filter(line => /motd|new/.test(line)).join(', ')}`);
  const { usage } = await a.query<Usage>(documents.usage);
  teller.fact(`A takes ${mib(usage.total.stored)} MiB on disk, of it ${mib(usage.images.stored)} in images`);
  await world.job(admin, documents.verifyDisks, {});
  teller.fact('fsck: every checksum is right');
  for (const imageId of [before, after]) await world.job(a, deleteImage, { imageId });

  const disks = (await attachmentsOf(world, serverId)).filter(({ bootIndex }) => bootIndex === null);
  await world.job(a, deleteServers, { serverIds: [serverId] });
  const diskIds = disks.map(({ disk }) => disk.uuid);
  await world.job(a, documents.deleteDisks, { diskIds });
  teller.fact('the server is deleted, its data disks stayed; then they go, too');
}

const mib = (bytes: string | number): number => Math.round(Number(bytes) / MIB);
