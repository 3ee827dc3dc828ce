import * as documents from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { World } from '../world.ts';
import type { Images } from './image.ts';
import { type Beginning, expectStatus } from './launch.ts';
import type { Shared } from './sharing.ts';

interface ServerDetails {
  readonly server: {
    readonly name: string;
    readonly flavor: { readonly name: string };
    readonly tags: readonly { readonly key: string }[];
    readonly sshPort: number | null;
    readonly ports: readonly { readonly address: string }[];
  } | null;
}

/** Step 6, first half: reboot, stop and start keep the disk; a server can be renamed, tagged and resized. */
export async function live(world: World, { serverId, cargo }: Beginning): Promise<void> {
  const { a, teller } = world;
  teller.chapter(6, 'the server is rebooted, renamed, tagged, resized; then everything is deleted');
  const before = await details(world, serverId);
  await world.job(a, documents.rebootServers, { serverIds: [serverId], type: 'SOFT' });
  await world.job(a, documents.rebootServers, { serverIds: [serverId], type: 'HARD' });
  await world.job(a, documents.stopServers, { serverIds: [serverId], type: 'SOFT' });
  await world.job(a, documents.resizeServer, { serverId, flavorId: 's3.large.2' });
  await a.mutate(documents.updateServer, { input: { serverId, name: 'web-renamed' } });
  await a.mutate(documents.setServerTags, { input: { serverId, tags: [{ key: 'stage', value: 'story' }] } });
  await world.job(a, documents.startServers, { serverIds: [serverId] });
  await expectStatus(world, serverId, 'ACTIVE');
  await expectCargo(world, serverId, cargo.path, cargo.content);

  const after = await details(world, serverId);
  expectThat(after?.name === 'web-renamed' && after.flavor.name === 's3.large.2', 'it has the new name and flavor');
  expectThat(
    after.tags.some(({ key }) => key === 'stage'),
    'it has the tag',
  );
  expectThat(after.sshPort === before?.sshPort, 'ssh is on the same port as before');
  expectThat(after.ports[0]?.address === before?.ports[0]?.address, 'it has the same address as before');
  teller.fact('two reboots, a stop, a resize and a start later: the same bytes, address and ssh port');
}

/** Step 6, second half: the image goes and its disks stay; then all goes. */
export async function leave(
  world: World,
  { serverId, cargo }: Beginning,
  { imageId }: Images,
  { copyId }: Shared,
): Promise<void> {
  const { a, b, teller } = world;
  await world.job(a, documents.deleteImage, { imageId });
  await world.job(b, documents.rebootServers, { serverIds: [copyId], type: 'HARD' });
  const { serverFile } = await b.query<{ serverFile: { base64: string } }>(documents.readFile, {
    serverId: copyId,
    path: cargo.path,
  });
  expectThat(serverFile.base64 === cargo.content, 'the image is deleted, B’s disk is not hurt');
  teller.fact('image deleted; B’s server still has its bytes after a hard reboot');
  await world.job(a, documents.deleteServers, { serverIds: [serverId] });
  await world.job(b, documents.deleteServers, { serverIds: [copyId] });
  for (const who of [a, b]) {
    const { servers } = await who.query<{ servers: { edges: readonly object[] } }>(documents.servers);
    expectThat(servers.edges.length === 0, 'no server is left');
  }
  teller.fact('no server is left');
}

async function expectCargo({ a }: World, serverId: string, path: string, content: string): Promise<void> {
  const { serverFile } = await a.query<{ serverFile: { base64: string } }>(documents.readFile, { serverId, path });
  expectThat(serverFile.base64 === content, 'the disk kept its bytes');
}

async function details({ a }: World, id: string): Promise<ServerDetails['server']> {
  return (await a.query<ServerDetails>(documents.server, { id })).server;
}
