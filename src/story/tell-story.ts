import { useBareMetal } from './chapters/bare-metal.ts';
import { makeDataImages } from './chapters/data-images.ts';
import { useDisks } from './chapters/disks.ts';
import { makeFullEcsImages } from './chapters/full-ecs.ts';
import { makeImages } from './chapters/image.ts';
import { launch } from './chapters/launch.ts';
import { leave, live } from './chapters/life.ts';
import { lookIntoImages } from './chapters/look-inside.ts';
import { useNetwork } from './chapters/network.ts';
import { rebuild } from './chapters/rebuild.ts';
import { restart } from './chapters/restart.ts';
import { share } from './chapters/sharing.ts';
import { World, type WorldOptions } from './world.ts';

/** The whole story, checked at every step. Needs a cloud without servers. Throws StoryError at the first thing that is not as it should be. */
export async function tellStory({ acts = 2, ...options }: StoryOptions): Promise<void> {
  const world = new World(options);
  await tellFirstAct(world);
  if (acts === 2) await tellSecondAct(world);
}

export interface StoryOptions extends WorldOptions {
  /** How many of its two acts; both without it. */
  readonly acts?: 1 | 2;
}

/** A private image travels from one tenant's server to another's. */
async function tellFirstAct(world: World): Promise<void> {
  const beginning = await launch(world);
  const images = await makeImages(world, beginning);
  const shared = await share(world, beginning, images);
  await live(world, beginning);
  await restart(world, beginning);
  await leave(world, beginning, images, shared);
}

/** Disks, images of every kind, backups, bare metal, networks. */
async function tellSecondAct(world: World): Promise<void> {
  const database = await useDisks(world);
  await makeDataImages(world, database);
  await makeFullEcsImages(world, database);
  await rebuild(world, database);
  await useBareMetal(world);
  await useNetwork(world);
  await lookIntoImages(world, database);
}
