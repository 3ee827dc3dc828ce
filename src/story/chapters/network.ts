import * as documents from '../disk-documents.ts';
import { createKeyPair, deleteServers, launchServers, server } from '../documents.ts';
import { signIn } from '../ssh.ts';
import { expectThat } from '../teller.ts';
import type { World } from '../world.ts';
import { debianImage } from './disks.ts';
import type { Launched } from './launch.ts';

interface Capabilities {
  readonly cloud: {
    readonly capabilities: readonly { readonly name: string; readonly available: boolean; readonly reason: string | null }[];
  };
}

const ADDRESS = '10.20.0.42';

/** A network of A's own, a server at a fixed address in it, and an elastic IP that leads to it. */
export async function useNetwork(world: World): Promise<void> {
  const { a, teller } = world;
  teller.chapter(13, 'A makes a network, launches a server at a fixed address, and gives it an elastic IP');
  const { vpc } = await a.mutate<{ vpc: { uuid: string } }>(documents.createVpc, {
    input: { name: 'own', cidr: '10.20.0.0/16' },
  });
  const { subnet } = await a.mutate<{ subnet: { uuid: string } }>(documents.createSubnet, {
    input: { name: 'own', vpcId: vpc.uuid, cidr: '10.20.0.0/24', gateway: '10.20.0.1' },
  });
  const { keyPair, privateKey } = await a.mutate<{ keyPair: { name: string }; privateKey: string }>(createKeyPair, {
    input: { name: 'network' },
  });
  const launched = await world.job<Launched>(a, launchServers, {
    name: 'here',
    imageId: await debianImage(world),
    flavorId: 's3.medium.2',
    nics: [{ subnetId: subnet.uuid, address: ADDRESS }],
    keyName: keyPair.name,
  });
  const serverId = launched.servers[0]?.uuid ?? '';
  const found = await a.query<{ server: { ports: readonly { address: string }[] } }>(server, { id: serverId });
  expectThat(found.server.ports[0]?.address === ADDRESS, 'the server has the address that was asked for');
  teller.fact(`a server at ${ADDRESS}, in a subnet of A’s own`);
  await reach(world, serverId, privateKey);
  await world.job(a, deleteServers, { serverIds: [serverId] });
  await a.mutate(documents.deleteSubnet, { input: { subnetId: subnet.uuid } });
  await a.mutate(documents.deleteVpc, { input: { vpcId: vpc.uuid } });
}

async function reach(world: World, serverId: string, privateKey: string): Promise<void> {
  const { a, teller } = world;
  const { publicAddress } = await a.mutate<{ publicAddress: { uuid: string; address: string } }>(
    documents.allocatePublicAddress,
    { input: { bandwidthName: 'own', bandwidthSize: 10 } },
  );
  const { cloud } = await a.query<Capabilities>(documents.capabilities);
  const capability = cloud.capabilities.find(({ name }) => name === 'publicAddresses');
  if (capability?.available) {
    await a.mutate(documents.bindPublicAddress, { input: { publicAddressId: publicAddress.uuid, serverId } });
    await signIn(world, { host: publicAddress.address, port: 22 }, privateKey, 'hostname');
    await a.mutate(documents.unbindPublicAddress, { input: { publicAddressId: publicAddress.uuid } });
  } else {
    teller.tell(`elastic IPs do not answer here: ${capability?.reason}`);
  }
  await a.mutate(documents.releasePublicAddress, { input: { publicAddressId: publicAddress.uuid } });
}
