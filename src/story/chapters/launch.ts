import { createHash, randomBytes } from 'node:crypto';
import * as documents from '../documents.ts';
import { signIn } from '../ssh.ts';
import { expectThat } from '../teller.ts';
import type { Payload, World } from '../world.ts';

interface ImageNode {
  readonly uuid: string;
  readonly name: string;
  readonly osType: string;
  readonly platform: string;
  readonly osVersion: string;
  readonly userData: boolean;
}

interface ImagePage {
  readonly images: { readonly totalCount: number; readonly edges: readonly { readonly node: ImageNode }[] };
}

export interface Launched extends Payload {
  readonly servers: readonly { readonly uuid: string; readonly name: string }[];
}

/** A file whose bytes travel from tenant to tenant. */
export interface Cargo {
  readonly path: string;
  /** Base64. */
  readonly content: string;
  readonly sha256: string;
}

export interface Beginning {
  readonly serverId: string;
  readonly cargo: Cargo;
  /** For ssh. */
  readonly privateKey: string;
}

const PASSWORD = 'Cloudyard-4-you';
const USER_DATA = '#!/bin/sh\necho "user data was here" > /etc/story\n';

/** Steps 1 and 2: an image is chosen, a server launched, a file left on it. */
export async function launch(world: World): Promise<Beginning> {
  const { a, teller } = world;
  teller.chapter(1, 'tenant A chooses a public image and launches a server');
  const all = await a.query<ImagePage>(documents.publicImages, { filter: { relation: 'PUBLIC' } });
  expectThat(all.images.totalCount >= 12, 'there are at least twelve public images');
  const ubuntu = await a.query<ImagePage>(documents.publicImages, {
    filter: { relation: 'PUBLIC', osType: 'LINUX', platform: 'Ubuntu', userData: true },
  });
  expectThat(
    ubuntu.images.edges.length > 0 &&
      ubuntu.images.edges.every(({ node: image }) => image.platform === 'Ubuntu' && image.userData),
    'the filters find Ubuntu images with user data injection and nothing else',
  );
  const chosen = ubuntu.images.edges.at(-1)?.node;
  expectThat(chosen !== undefined, 'there is an Ubuntu image');
  teller.tell(`${all.images.totalCount} public images; ${chosen.name} it is (${chosen.osVersion})`);

  const { keyPair, privateKey } = await a.mutate<{ keyPair: { name: string; fingerprint: string }; privateKey: string }>(
    documents.createKeyPair,
    {
      input: { name: 'story' },
    },
  );
  teller.tell(`key pair ${keyPair.name}, ${keyPair.fingerprint}`);
  const launched = await world.job<Launched>(a, documents.launchServers, {
    name: 'web',
    imageId: chosen.uuid,
    flavorId: 's3.medium.2',
    systemDisk: { type: 'SSD', size: 10 },
    keyName: keyPair.name,
    adminPassword: PASSWORD,
    userData: Buffer.from(USER_DATA).toString('base64'),
  });
  const [server] = launched.servers;
  expectThat(server !== undefined, 'the launch answers with its server');
  await expectStatus(world, server.uuid, 'ACTIVE');
  teller.fact(`server ${server.name} is ACTIVE`);

  teller.chapter(2, 'A leaves a file on the server');
  const cargo = await leaveFile(world, server.uuid);
  if (world.stage.hardware === 'docker') {
    await lookInside(world, server.uuid, cargo);
    await signIn(world, { port: await sshPortOf(world, server.uuid) }, privateKey, `cat ${cargo.path} | wc -c; hostname`);
  }
  return { serverId: server.uuid, cargo, privateKey };
}

async function leaveFile({ a, teller }: World, serverId: string): Promise<Cargo> {
  const bytes = randomBytes(64 * 1024);
  const cargo = {
    path: '/srv/cargo.bin',
    content: bytes.toString('base64'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await a.mutate(documents.writeFile, { input: { serverId, path: cargo.path, base64: cargo.content } });
  const { serverFile } = await a.query<{ serverFile: { base64: string } }>(documents.readFile, { serverId, path: cargo.path });
  expectThat(serverFile.base64 === cargo.content, 'what is read is what was written');
  teller.fact(`${cargo.path}: ${bytes.length} bytes, sha-256 ${cargo.sha256.slice(0, 16)}…`);
  return cargo;
}

/** Where servers have processes: a command sees the file, and user data has run. */
async function lookInside({ a, teller }: World, serverId: string, cargo: Cargo): Promise<void> {
  const command = ['sh', '-c', `sha256sum ${cargo.path} | cut -d' ' -f1; cat /etc/story; df -h / | tail -1`];
  const result = await a.mutate<{ exitCode: number; stdout: string }>(documents.runCommand, { input: { serverId, command } });
  const [sum, story, disk] = result.stdout.split('\n');
  expectThat(result.exitCode === 0 && sum === cargo.sha256, `sha256sum on the server finds the same bytes (${sum})`);
  expectThat(story === 'user data was here', `user data has run (${story})`);
  teller.fact(`on the server: same sum, user data has run, root is ${disk}`);
}

export async function sshPortOf({ a }: World, id: string): Promise<number> {
  const { server } = await a.query<{ server: { sshPort: number | null } | null }>(documents.server, { id });
  expectThat(typeof server?.sshPort === 'number', 'the server has a port for ssh');
  return server.sshPort;
}

export async function expectStatus({ a }: World, serverId: string, status: string): Promise<void> {
  const { server } = await a.query<{ server: { status: string } | null }>(documents.server, { id: serverId });
  expectThat(server?.status === status, `the server is ${status} (${server?.status})`);
}
