import * as documents from '../disk-documents.ts';
import { createImage, deleteImage, server } from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { Payload, World } from '../world.ts';
import { attachmentsOf, type Database, read } from './disks.ts';
import { expectStatus } from './launch.ts';

interface Kept {
  readonly server: { readonly uuid: string; readonly name: string; readonly ports: readonly { readonly address: string }[] };
}

/** The system is made anew from its image, and changed to another one; data disks, address, id and name stay. */
export async function rebuild(world: World, { serverId }: Database): Promise<void> {
  const { a, teller } = world;
  teller.chapter(11, 'A makes an image of the server, reinstalls it, and changes its system');
  const golden = await world.job<Payload & { image: { uuid: string } }>(a, createImage, { serverId, name: 'db-golden' });
  const before = await a.query<Kept>(server, { id: serverId });
  await world.job(a, documents.reinstallServer, { serverId, stopServer: true });
  await expectStatus(world, serverId, 'ACTIVE');
  await world.job(a, documents.changeServerOs, { serverId, imageId: golden.image.uuid, stopServer: true });
  await expectStatus(world, serverId, 'ACTIVE');
  const after = await a.query<Kept>(server, { id: serverId });
  expectThat(
    after.server.name === before.server.name && after.server.ports[0]?.address === before.server.ports[0]?.address,
    'name and address are what they were',
  );
  const disks = await attachmentsOf(world, serverId);
  const [system, ...others] = disks;
  expectThat(system !== undefined && others.length === 2, 'the data disks are still there');
  expectThat((await read(world, serverId, system.disk.uuid)) === 'on /dev/vda', 'the system disk is that of the image');
  expectThat((await read(world, serverId, others[0]?.disk.uuid ?? '')) === 'on /dev/vdb', 'a data disk kept its bytes');
  teller.fact('reinstalled and changed to its own image: same id, name, address and data disks');
  await world.job(a, deleteImage, { imageId: golden.image.uuid });
  await world.refused('a reinstall after its image was deleted', ['Ecs.0031', 'IMG.0027'], () =>
    a.mutate(documents.reinstallServer, { input: { serverId, stopServer: true } }),
  );
}
