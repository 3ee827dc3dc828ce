import * as documents from '../disk-documents.ts';
import { deleteServers, launchServers, writeFile } from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { World } from '../world.ts';
import type { Launched } from './launch.ts';

interface Machine {
  readonly server: { readonly status: string; readonly powerState: string; readonly provisionState: string };
}

/** A machine of its own: its image, its power, its disk. */
export async function useBareMetal(world: World): Promise<void> {
  const { a, teller } = world;
  teller.chapter(12, 'A provisions a bare-metal server and switches it by its management controller');
  const { images } = await a.query<{ images: { edges: readonly { node: { uuid: string; name: string } }[] } }>(
    documents.bareMetalImages,
  );
  const image = images.edges.find(({ node }) => node.name.includes('Debian'))?.node ?? images.edges[0]?.node;
  expectThat(image !== undefined, 'there is an image for bare metal');
  const { flavors } = await a.query<{ flavors: readonly { name: string; machine: { bootType: string } | null }[] }>(
    documents.bareMetalFlavors,
  );
  const flavor = flavors.find(({ machine }) => machine?.bootType === 'LOCAL_DISK');
  expectThat(flavor !== undefined, 'there is a machine that boots from its own disk');
  await world.refused('a cloud server from an image for bare metal', ['Ecs.0007'], () =>
    a.mutate(launchServers, { input: { name: 'no', imageId: image.uuid, flavorId: 's3.medium.2' } }),
  );
  const launched = await world.job<Launched>(a, documents.launchBareMetalServers, {
    name: 'metal',
    imageId: image.uuid,
    flavorId: flavor.name,
  });
  const serverId = launched.servers[0]?.uuid ?? '';
  const on = await machine(world, serverId);
  expectThat(on.status === 'ACTIVE' && on.powerState === 'ON' && on.provisionState === 'active', 'the machine is on');
  teller.fact(`${flavor.name} is ${on.status}: power ${on.powerState}, provisioning ${on.provisionState}`);
  await a.mutate(writeFile, { input: { serverId, path: '/data.txt', text: 'on the machine' } });
  await world.job(a, documents.operateBareMetalServers, { serverIds: [serverId], action: 'POWER_OFF' });
  expectThat((await machine(world, serverId)).powerState === 'OFF', 'the machine is off');
  await world.job(a, documents.operateBareMetalServers, { serverIds: [serverId], action: 'POWER_ON' });
  const { serverFile } = await a.query<{ serverFile: { text: string } }>(documents.readDiskFile, { serverId, path: '/data.txt' });
  expectThat(serverFile.text === 'on the machine', 'its disk kept its bytes');
  teller.fact('power off, power on: its disk kept its bytes');
  await world.job(a, deleteServers, { serverIds: [serverId] });
}

async function machine({ a }: World, id: string): Promise<Machine['server']> {
  return (await a.query<Machine>(documents.bareMetalServer, { id })).server;
}
