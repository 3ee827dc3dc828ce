import { makeImages } from './chapters/image.ts';
import { launch } from './chapters/launch.ts';
import { leave, live } from './chapters/life.ts';
import { restart } from './chapters/restart.ts';
import { share } from './chapters/sharing.ts';
import { World, type WorldOptions } from './world.ts';

/**
 * A private image travels from one tenant's server to another's: the whole story, checked at every step. Needs a cloud without servers.
 * Throws StoryError at the first thing that is not as it should be.
 */
export async function tellStory(options: WorldOptions): Promise<void> {
  const world = new World(options);
  const beginning = await launch(world);
  const images = await makeImages(world, beginning);
  const shared = await share(world, beginning, images);
  await live(world, beginning);
  await restart(world, beginning);
  await leave(world, beginning, images, shared);
}
