import * as documents from '../disk-documents.ts';
import { deleteImage } from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { Payload, World } from '../world.ts';
import { attachmentsOf, type Database, read } from './disks.ts';

/** Both data disks become images in one job, and a disk is made of one of them. */
export async function makeDataImages(world: World, { serverId, disks }: Database): Promise<void> {
  const { a, teller } = world;
  teller.chapter(9, 'A makes data disk images of both data disks at one moment, and a disk of one of them');
  const dataDisks = disks.filter(({ bootIndex }) => bootIndex === null);
  const { images } = await world.job<Payload & { images: readonly { uuid: string }[] }>(a, documents.createDataImages, {
    dataImages: dataDisks.map(({ device, disk }) => ({ name: `data-${device.slice(-3)}`, diskId: disk.uuid })),
  });
  expectThat(images.length === 2, 'there is an image of each');
  const made = await world.job<Payload & { disks: readonly { uuid: string }[] }>(a, documents.createDisks, {
    name: 'copy',
    imageId: images[0]?.uuid,
    type: 'SSD',
    serverId,
  });
  const copyId = made.disks[0]?.uuid ?? '';
  expectThat((await read(world, serverId, copyId)) === 'on /dev/vdb', 'the new disk has the bytes of the old one');
  teller.fact('a disk made of the image of /dev/vdb has its bytes');
  await world.job(a, documents.detachDisk, { serverId, diskId: copyId });
  await world.job(a, documents.deleteDisks, { diskIds: [copyId] });
  for (const { uuid } of images) await world.job(a, deleteImage, { imageId: uuid });
  expectThat((await attachmentsOf(world, serverId)).length === 3, 'the server has its three disks');
}
