/** Why a first start does not choose the engine that is there: asked before any state depends on the answer. */
import type Docker from 'dockerode';
import { HELPER_BASE, imageNames } from './images.ts';
import { hasMmdebstrap } from './mmdebstrap.ts';
import { findApplianceFolder } from './recipe.ts';

/** In milliseconds; an engine on this machine answers in a few, a registry may be far away. */
const ENGINE_LIMIT = 3000;
const REGISTRY_LIMIT = 10_000;

/** In words for the start card; undefined if servers can run there. `path`: where programs are looked for. */
export async function whyNotDocker(engine: Docker, path = process.env.PATH ?? ''): Promise<string | undefined> {
  try {
    const { Os } = await withinLimit(engine.version(), ENGINE_LIMIT);
    if (Os !== 'linux') return `the container engine runs ${Os} containers, not Linux ones`;
  } catch (error) {
    return `no container engine answers (${error instanceof Error ? firstLine(error.message) : String(error)})`;
  }
  const { helper } = await imageNames(findApplianceFolder());
  if ((await isThere(engine, helper)) || (await isThere(engine, HELPER_BASE))) return undefined;
  if ((await hasMmdebstrap(path)) || (await registryAnswers(engine))) return undefined;
  return 'a container engine answers, but no registry answers it and mmdebstrap is not installed, so it has no system for servers';
}

/** Whether the engine can be given the image that the helper is made from. */
export async function registryAnswers(engine: Docker): Promise<boolean> {
  return succeeds(withinLimit(engine.getImage(HELPER_BASE).distribution(), REGISTRY_LIMIT));
}

const isThere = (engine: Docker, image: string): Promise<boolean> =>
  succeeds(withinLimit(engine.getImage(image).inspect(), ENGINE_LIMIT));

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Throws Error if there is no answer within the limit, in milliseconds. */
export function withinLimit<T>(answer: Promise<T>, limit: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s`)), limit);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
