/**
 * The two images that the driver needs: the helper's, and the stub that a server's container starts from. Named by the digest
 * of what they are made from, they are a cache that all clouds on an engine share.
 */
import { readFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { z } from 'zod';
import type { WorkOptions } from '../../store/disks/disk-store.ts';
import { HardwareError } from '../hardware.ts';
import { ENGINE_LIMIT, type Engine } from './engine.ts';
import type { ImageContainers } from './image-containers.ts';
import { LABEL } from './labels.ts';
import { hasMmdebstrap, makeDebian } from './mmdebstrap.ts';
import { applianceFiles, filesDigest } from './recipe.ts';
import type { Registry } from './registry.ts';

export interface Images {
  readonly helper: string;
  readonly stub: string;
  /** Digest of the recipe of both. */
  readonly version: string;
}

const DEBIAN_SUITE = 'bookworm';
export const HELPER_BASE = 'debian:bookworm-slim';
const INSIDE = '/opt/cloudyard';
const STUB_FOLDER = `${INSIDE}/guest/stub`;
const KEPT_MS = 7 * 24 * 3_600_000;
/** Parts of the progress, of 100. */
const HELPER_PART = 95;

export interface ImageMaker {
  readonly engine: Engine;
  readonly imageContainers: ImageContainers;
  readonly registry: Registry;
  readonly applianceFolder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The names of the images, whether they are there or not. */
export async function imageNames(applianceFolder: string): Promise<Images> {
  const version = filesDigest(await applianceFiles(applianceFolder), arch());
  return { helper: `cloudyard-helper:${version}`, stub: `cloudyard-stub:${version}`, version };
}

/** Makes what is missing. Seconds to minutes for the helper's image, the first time on an engine. */
export async function ensureImages(maker: ImageMaker, { onProgress, signal }: WorkOptions = {}): Promise<Images> {
  const { engine } = maker;
  const images = await imageNames(maker.applianceFolder);
  if (!(await exists(engine, images.helper))) {
    const inner = {
      ...(signal ? { signal } : {}),
      onProgress: (done: number, total: number) => onProgress?.((HELPER_PART * done) / total, 100),
    };
    await makeHelperImage(maker, images, inner);
  }
  signal?.throwIfAborted();
  if (!(await exists(engine, images.stub))) {
    await makeStubImage(maker, images);
    await removeOld(engine, maker.now());
  }
  onProgress?.(100, 100);
  return images;
}

async function exists(engine: Engine, image: string): Promise<boolean> {
  return (await engine.find('looking for an image', docker => docker.getImage(image).inspect())) !== undefined;
}

/** Removes images of earlier versions that nobody has used for long; those in use stay. */
async function removeOld(engine: Engine, now: number): Promise<void> {
  const filters = { label: [`${LABEL.kind}=image`] };
  const found = await engine.call('listing images', docker => docker.listImages({ filters }));
  for (const { Id } of found.filter(image => now - image.Created * 1000 > KEPT_MS)) {
    await engine.removeImage(Id);
  }
}

async function makeHelperImage(maker: ImageMaker, images: Images, options: WorkOptions): Promise<void> {
  const { engine, registry } = maker;
  const base = await registry.fetch(HELPER_BASE, options.signal ? { signal: options.signal } : {});
  if (base.there) {
    await buildWithEngine(maker, images, options);
    return;
  }
  if (!(await hasMmdebstrap())) {
    throw new HardwareError('unsupported', `the helper's image cannot be made: ${base.reason}, and mmdebstrap is not installed`);
  }
  const packages = (await readFile(join(maker.applianceFolder, 'packages.txt'), 'utf8')).split('\n').filter(Boolean);
  const folder = shellQuoted(maker.applianceFolder);
  const id = await makeDebian(
    {
      ...options,
      suite: DEBIAN_SUITE,
      packages,
      hooks: [
        `mkdir -p "$1"${INSIDE} "$1"/pool "$1"/state "$1"/srv`,
        `tar --create --owner=0 --group=0 --directory ${folder} agent guest forward.py metadata.py | tar --extract --no-same-owner --directory "$1"${INSIDE}`,
        `chroot "$1" sh ${INSIDE}/guest/install.sh`,
        'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*',
      ],
    },
    stream => importImage(engine, stream),
  );
  await tag(engine, id, images.helper);
}

/** `docker build` with the appliance folder as its context. */
async function buildWithEngine(
  { engine, applianceFolder }: ImageMaker,
  images: Images,
  { signal, onProgress }: WorkOptions,
): Promise<void> {
  const context = tar.pack();
  for (const { path, data } of await applianceFiles(applianceFolder)) context.entry({ name: path, mode: 0o755 }, data);
  context.finalize();
  await engine.call(
    "building the helper's image",
    async (docker, late) => {
      const options = { t: images.helper, buildargs: { BASE: HELPER_BASE }, labels: { [LABEL.kind]: 'image' }, forcerm: true };
      const output = await docker.buildImage(context.pipe(new PassThrough()), {
        ...options,
        abortSignal: signal ? AbortSignal.any([signal, late]) : late,
      });
      await followed(output, steps => onProgress?.(Math.min(steps, 9), 10));
    },
    ENGINE_LIMIT.build,
  );
}

/** The stub's files come from the helper's image, so that nothing but the engine is needed here. */
async function makeStubImage({ engine, imageContainers }: ImageMaker, images: Images): Promise<void> {
  await imageContainers.use(images.helper, 'stub', async container => {
    const archive = await engine.call("reading the stub's files", docker =>
      docker.getContainer(container).getArchive({ path: STUB_FOLDER }),
    );
    const stub = new PassThrough();
    const [id] = await Promise.all([importImage(engine, stub), repacked(archive, stub)]);
    await tag(engine, id, images.stub);
  });
}

/** The engine names entries after the folder, `stub/bin/sh`; an image wants `bin/sh`. */
async function repacked(archive: NodeJS.ReadableStream, target: PassThrough): Promise<void> {
  const out = tar.pack();
  const into = tar.extract();
  into.on('entry', (header, content, next) => {
    const name = header.name.split('/').slice(1).join('/');
    if (name === '') {
      content.on('end', next).resume();
      return;
    }
    const entry = out.entry({ ...header, name, uid: 0, gid: 0 }, error => next(error));
    content.pipe(entry);
  });
  into.on('finish', () => out.finalize());
  await Promise.all([pipeline(archive, into), pipeline(out, target)]);
}

/** Imports a tar as an image without a name, and returns its id: half a tar must not get the name of a whole one. */
async function importImage(engine: Engine, stream: Readable): Promise<string> {
  return await engine.call(
    'importing an image',
    async (docker, late) => {
      const changes = [`LABEL ${LABEL.kind}=image`];
      const output = await docker.importImage(stream, { changes, abortSignal: late });
      const last = await followed(output);
      if (!last?.startsWith('sha256:'))
        throw new HardwareError('failed', `importing an image: the engine answered ${last ?? 'nothing'}`);
      return last;
    },
    ENGINE_LIMIT.build,
  );
}

async function tag(engine: Engine, id: string, name: string): Promise<void> {
  const [repo = '', version = ''] = name.split(':');
  await engine.call('naming an image', docker => docker.getImage(id).tag({ repo, tag: version }));
}

const Output = z.object({ status: z.string().optional(), stream: z.string().optional(), error: z.string().optional() });

/** Reads an engine's progress lines to their end. Returns the last status; throws what they call an error. */
export async function followed(
  output: NodeJS.ReadableStream,
  onLine: (lines: number) => void = () => {},
): Promise<string | undefined> {
  let rest = '';
  let last: string | undefined;
  let lines = 0;
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const { status, error } = Output.parse(JSON.parse(line));
    if (error !== undefined) throw new HardwareError('failed', error);
    if (status !== undefined) last = status;
    onLine(++lines);
  };
  for await (const chunk of output) {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(take);
  }
  take(rest);
  return last;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
