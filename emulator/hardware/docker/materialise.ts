/**
 * Brings a public image's content onto a disk: a container image that a registry gives, else a Debian system made of packages,
 * else the tiny base system under the image's name.
 */

import { assertDiskId, type DiskId, type WorkOptions } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { diskStoreError } from '../../store/disks/pool/pool-errors.ts';
import { MIB } from '../../units.ts';
import { HardwareError, type ImageSource, type Materialised } from '../hardware.ts';
import type { Engine } from './engine.ts';
import type { ImageContainers } from './image-containers.ts';
import { hasMmdebstrap, makeDebian } from './mmdebstrap.ts';
import { osRelease } from './os-release.ts';
import type { Registry } from './registry.ts';
import { type DiskFile, diskFile } from './seed-files.ts';

export interface MaterialiseContext {
  readonly engine: Engine;
  readonly imageContainers: ImageContainers;
  readonly agent: AgentClient;
  readonly registry: Registry;
  /** Version of the base system. */
  readonly version: string;
}

/** What a Debian of packages holds beyond the essential. */
const DEBIAN_PACKAGES = ['iproute2', 'iputils-ping', 'procps'];
/** Progress is told in these parts of 100. */
const FETCHED = 70;

export async function materialise(
  context: MaterialiseContext,
  source: ImageSource,
  disk: DiskId,
  options: WorkOptions = {},
): Promise<Materialised> {
  assertDiskId(disk);
  options.signal?.throwIfAborted();
  const reasons: string[] = [];
  for (const way of [fromRegistry, fromPackages]) {
    const outcome = await way(context, source, disk, options);
    options.signal?.throwIfAborted();
    if (outcome === undefined) {
      options.onProgress?.(100, 100);
      return { content: 'REAL' };
    }
    reasons.push(outcome);
  }
  const { partitioned } = source;
  await tell(
    context.agent,
    'makePlaceholder',
    { disk, version: context.version, files: placeholderFiles(source), partitioned },
    {},
  );
  options.onProgress?.(100, 100);
  return { content: 'PLACEHOLDER', reason: reasons.join('; ') };
}

/** Each way returns why it cannot be gone, in words for a user; undefined once the disk is there. */
async function fromRegistry(
  context: MaterialiseContext,
  source: ImageSource,
  disk: DiskId,
  options: WorkOptions,
): Promise<string | undefined> {
  const { engine, imageContainers, registry } = context;
  if (source.container === null) return `there is no container image of ${source.osVersion}`;
  const image = source.container;
  const onLine = (lines: number): void => options.onProgress?.(Math.min(lines, FETCHED - 1), 100);
  const fetched = await registry.fetch(image, { onLine, ...(options.signal ? { signal: options.signal } : {}) });
  if (!fetched.there) return fetched.reason;
  const { Size } = await engine.call('looking at an image', docker => docker.getImage(image).inspect());
  try {
    await imageContainers.use(image, disk, async container => {
      await unpack(context, { disk, size: Size, partitioned: source.partitioned }, await exported(engine, container), options);
    });
  } finally {
    // The disk has it all; an image that was here before is somebody else's.
    if (fetched.pulled) await engine.removeImage(image);
  }
  return undefined;
}

function exported(engine: Engine, container: string): Promise<NodeJS.ReadableStream> {
  return engine.call('reading an image', docker => docker.getContainer(container).export());
}

/** A system of packages takes the names of the image: the sources of this machine have one point release, not each. */
async function fromPackages(
  context: MaterialiseContext,
  source: ImageSource,
  disk: DiskId,
  options: WorkOptions,
): Promise<string | undefined> {
  const suite = source.debianSuite;
  if (suite === null) return `${source.osVersion} cannot be made of Debian packages`;
  if (!(await hasMmdebstrap())) return 'mmdebstrap is not installed';
  const fetching: WorkOptions = {
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (done, total) => options.onProgress?.((FETCHED * done) / total, 100),
  };
  try {
    const system = { disk, size: 512 * MIB, partitioned: source.partitioned };
    await makeDebian({ ...fetching, suite, packages: DEBIAN_PACKAGES }, tar => unpack(context, system, tar, options));
    return undefined;
  } catch (error) {
    if (!(error instanceof HardwareError) || error.problem !== 'failed') throw error;
    await tell(context.agent, 'remove', { disk }, {});
    return `packages of ${suite} could not be had (${error.message})`;
  }
}

async function unpack(
  { agent }: MaterialiseContext,
  system: { readonly disk: DiskId; readonly size: number; readonly partitioned: boolean },
  tar: NodeJS.ReadableStream,
  options: WorkOptions,
): Promise<void> {
  await tell(
    agent,
    'unpackSystem',
    { ...system, files: [] },
    { body: tar, ...(options.signal ? { signal: options.signal } : {}) },
  );
}

async function tell(
  agent: AgentClient,
  op: string,
  fields: Record<string, unknown>,
  request: Parameters<AgentClient['call']>[2],
): Promise<void> {
  try {
    await agent.call(op, fields, request);
  } catch (error) {
    throw diskStoreError(error);
  }
}

function placeholderFiles(source: ImageSource): DiskFile[] {
  const motd = [
    `${source.osVersion}`,
    '',
    'This is a placeholder: the tiny base system of Cloudyard under the name of that image,',
    'for its real content could not be had on this machine.',
    '',
    '',
  ].join('\n');
  return [diskFile('/etc/os-release', osRelease(source), 0o644), diskFile('/etc/motd', motd, 0o644)];
}
