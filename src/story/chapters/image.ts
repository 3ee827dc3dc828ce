import { KIB } from '../../../emulator/units.ts';
import * as documents from '../documents.ts';
import { follow } from '../follow-job.ts';
import { expectThat, type JobNews } from '../teller.ts';
import type { Payload, World } from '../world.ts';
import { type Beginning, expectStatus } from './launch.ts';

interface Created extends Payload {
  readonly image: { readonly uuid: string };
}

interface ImageDetails {
  readonly image: { readonly status: string; readonly checksum: string | null; readonly size: string | number } | null;
}

interface JobEvents {
  readonly events: {
    readonly edges: readonly {
      readonly node: { readonly resourceUuid: string; readonly payload: { readonly progress: number; readonly status: string } };
    }[];
  };
}

export interface Images {
  readonly imageId: string;
}

/** Step 3: a system disk image of the running and of the stopped server; the subscriber is cut off half-way. */
export async function makeImages(world: World, { serverId }: Beginning): Promise<Images> {
  const { a, teller } = world;
  teller.chapter(3, 'A makes a system disk image of the running server, and one of the stopped server');
  const release = await world.hold(50, 'imsCreateImageByInstance');
  const created = await a.mutate<Created>(documents.createImage, {
    input: { serverId, name: 'golden', description: 'what A made', tags: [{ key: 'team', value: 'a' }] },
  });
  await cutOff(world, created.job.uuid, release);
  await expectActive(world, created.image.uuid);

  await world.job(a, documents.stopServers, { serverIds: [serverId], type: 'SOFT' });
  await expectStatus(world, serverId, 'SHUTOFF');
  const second = await world.job<Created>(a, documents.createImage, { serverId, name: 'golden-stopped' });
  await expectActive(world, second.image.uuid);
  await world.job(a, documents.startServers, { serverIds: [serverId] });
  await world.job(a, documents.deleteImage, { imageId: second.image.uuid });
  return { imageId: created.image.uuid };
}

/** Hears the beginning, loses the connection, comes back with its cursor: together that is all that was told. */
async function cutOff(world: World, jobId: string, release: () => Promise<void>): Promise<void> {
  const { a, stage, teller } = world;
  const heard: JobNews[] = [];
  let begin: string | undefined;
  let cursor: string | undefined;
  for await (const message of follow(a, jobId, { stage })) {
    cursor = message.cursor ?? cursor;
    begin ??= cursor;
    heard.push(message.news);
    teller.news(message.news);
    if (message.news.status === 'RUNNING') break;
  }
  expectThat(cursor !== undefined, 'messages carry a cursor');
  teller.tell('the connection is cut; meanwhile the job goes on');
  await release();
  heard.push(...(await world.follow(a, jobId, { after: cursor })));

  const { events } = await a.query<JobEvents>(documents.jobEvents, { after: begin });
  const told = events.edges
    .filter(({ node }) => node.resourceUuid === jobId)
    .map(({ node: { payload } }) => `${payload.status} ${payload.progress}`);
  const seen = heard.map(({ status, progress }) => `${status} ${progress}`);
  // The first message says how the job stood; from there on there is one for each event.
  expectThat(told.join() === seen.slice(1).join(), `nothing missed, nothing twice: told ${told.join()}, seen ${seen.join()}`);
  teller.fact(`back with the cursor: ${seen.length} messages, none missed, none twice`);
}

async function expectActive({ a, teller }: World, id: string): Promise<void> {
  const { image } = await a.query<ImageDetails>(documents.image, { id });
  expectThat(
    image?.status === 'ACTIVE' && image.checksum !== null,
    `the image is ACTIVE and has a checksum (${JSON.stringify(image)})`,
  );
  teller.fact(`image is ACTIVE, ${Math.round(Number(image.size) / KIB)} KiB stored, sum ${image.checksum.slice(0, 16)}…`);
}
