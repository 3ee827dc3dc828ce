import { Client } from '../../client/client.ts';
import * as documents from '../documents.ts';
import { expectThat } from '../teller.ts';
import type { World } from '../world.ts';
import type { Images } from './image.ts';
import type { Beginning, Launched } from './launch.ts';

interface ImageList {
  readonly images: { readonly edges: readonly { readonly node: { readonly uuid: string } }[] };
}

const NOT_FOUND = 'IMG.0027';
const LAUNCH_NOT_FOUND = 'Ecs.0031';

export interface Shared {
  /** B's server. */
  readonly copyId: string;
}

/** Steps 4 and 5: the image goes to B, who accepts, launches, rejects and accepts; then A takes it back. */
export async function share(world: World, { cargo }: Beginning, { imageId }: Images): Promise<Shared> {
  const { a, b, teller } = world;
  const { tenantA, tenantB, stranger } = await people(world);
  teller.chapter(4, 'A shares the image with B, who accepts it and launches a server from it');
  await isInvisible(world, stranger, imageId, 'for a stranger');
  await isInvisible(world, b, imageId, 'for B, before it is shared');
  await world.job(a, documents.shareImages, { imageIds: [imageId], tenantIds: [tenantB] });
  expectThat((await find(b, { memberStatus: 'PENDING' })).includes(imageId), 'B finds the image as pending');
  expectThat(!(await find(b, {})).includes(imageId), 'a pending image is not in B’s list');
  await world.job(b, documents.answerShares, { imageIds: [imageId], status: 'ACCEPTED' });
  expectThat((await find(b, { relation: 'SHARED' })).includes(imageId), 'an accepted image is among B’s shared images');
  teller.fact('pending, accepted, listed');

  const launched = await world.job<Launched>(b, documents.launchServers, launchInput(imageId));
  const copyId = launched.servers[0]?.uuid ?? '';
  const { serverFile } = await b.query<{ serverFile: { base64: string } }>(documents.readFile, {
    serverId: copyId,
    path: cargo.path,
  });
  expectThat(serverFile.base64 === cargo.content, 'B’s server has A’s file, byte for byte');
  teller.fact(`${cargo.path} on B’s server: the same bytes`);

  await world.refused('B re-shares', ['IMG.0047'], () =>
    b.mutate(documents.shareImages, { input: { imageIds: [imageId], tenantIds: [tenantA] } }),
  );
  await world.refused('B renames', ['IMG.0047'], () => b.mutate(documents.updateImage, { input: { imageId, name: 'mine' } }));
  await world.refused('B deletes', ['IMG.0092'], () => b.mutate(documents.deleteImage, { input: { imageId } }));
  await isInvisible(world, stranger, imageId, 'for a stranger, while it is shared with B');

  teller.chapter(5, 'B rejects and accepts again; A stops sharing');
  await world.job(b, documents.answerShares, { imageIds: [imageId], status: 'REJECTED' });
  expectThat(!(await find(b, {})).includes(imageId), 'a rejected image leaves B’s list');
  await world.job(b, documents.answerShares, { imageIds: [imageId], status: 'ACCEPTED' });
  expectThat((await find(b, {})).includes(imageId), 'accepted again, it is back');
  await world.job(a, documents.unshareImages, { imageIds: [imageId], tenantIds: [tenantB] });
  await isInvisible(world, b, imageId, 'for B, after A stopped sharing');
  const { server } = await b.query<{ server: { status: string } | null }>(documents.server, { id: copyId });
  expectThat(server?.status === 'ACTIVE', 'B’s server keeps running');
  teller.fact('B’s server keeps running');
  return { copyId };
}

const launchInput = (imageId: string): object => ({
  name: 'copy',
  imageId,
  flavorId: 's3.medium.2',
  systemDisk: { type: 'SSD' },
});

/** For whom an image does not exist, nothing of it can be seen or used. */
async function isInvisible(world: World, who: Client, imageId: string, whom: string): Promise<void> {
  const { image } = await who.query<{ image: object | null }>(documents.image, { id: imageId });
  expectThat(image === null, `the image does not exist ${whom}`);
  await world.refused(`a launch from it ${whom}`, [LAUNCH_NOT_FOUND], () =>
    who.mutate(documents.launchServers, { input: launchInput(imageId) }),
  );
  await world.refused(`a delete ${whom}`, [NOT_FOUND], () => who.mutate(documents.deleteImage, { input: { imageId } }));
}

async function find(who: Client, filter: object): Promise<string[]> {
  const { images } = await who.query<ImageList>(documents.images, { filter });
  return images.edges.map(({ node }) => node.uuid);
}

async function people({ a, b, admin, stage }: World): Promise<{ tenantA: string; tenantB: string; stranger: Client }> {
  const tenantOf = async (who: Client): Promise<string> =>
    (await who.query<{ me: { tenant: { uuid: string } } }>('{ me { tenant { uuid } } }')).me.tenant.uuid;
  const { tenants } = await admin.mutate<{ tenants: readonly { uuid: string; region: string }[] }>(
    `mutation Stranger($input: CreateDomainInput!) {
      createDomain(input: $input) { __typename ... on CreateDomainPayload { tenants { uuid region } } ... on Error { __typename code message field } }
    }`,
    { input: { name: 'stranger', user: { name: 'eve' } } },
  );
  const tenantId = tenants.find(({ region }) => region === 'eu-de')?.uuid;
  const { token } = await admin.mutate<{ token: string }>(
    `mutation Token($input: IssueTokenInput!) {
      issueToken(input: $input) { __typename ... on IssueTokenPayload { token } ... on Error { __typename code message field } }
    }`,
    { input: { tenantId } },
  );
  return { tenantA: await tenantOf(a), tenantB: await tenantOf(b), stranger: new Client({ url: stage.url, token }) };
}
