/** What is inside images and disks, and what they take. */
import type { Client } from '../../client/client.ts';
import type { FileEntry } from './server-inside.ts';

const ENTRY = 'name type size mode uid gid modifiedAt linkTarget';

const FILES = `query ($id: ID!, $path: String!, $device: String) {
  image(id: $id) { files(path: $path, device: $device) { ${ENTRY} } }
}`;

/** Null where there is no such image. */
export async function listImageFiles(
  client: Client,
  id: string,
  path: string,
  device?: string,
): Promise<readonly FileEntry[] | null> {
  const { image } = await client.query<{ image: { files: FileEntry[] } | null }>(FILES, { id, path, device });
  return image?.files ?? null;
}

const FILE = `query ($id: ID!, $path: String!, $offset: Bytes, $length: Int, $device: String) {
  image(id: $id) { file(path: $path, offset: $offset, length: $length, device: $device) { base64 } }
}`;

/** A part of a file; shorter than asked for at its end. Null where there is no such image. */
export async function readImageFile(
  client: Client,
  id: string,
  path: string,
  range: { offset: number; length: number; device?: string | undefined },
): Promise<Buffer | null> {
  const { image } = await client.query<{ image: { file: { base64: string } } | null }>(FILE, { id, path, ...range });
  return image && Buffer.from(image.file.base64, 'base64');
}

export interface FileDifference {
  readonly path: string;
  readonly change: 'ADDED' | 'REMOVED' | 'CHANGED';
  readonly aspects: readonly string[];
  readonly before: Pick<FileEntry, 'size' | 'mode'> | null;
  readonly after: Pick<FileEntry, 'size' | 'mode'> | null;
}

export interface Comparison {
  readonly differences: readonly FileDifference[];
  readonly next: string | null;
}

const DIFF = `query ($id: ID!, $other: ID!, $path: String, $after: String, $first: Int) {
  image(id: $id) {
    diff(other: $other, path: $path, after: $after, first: $first) {
      differences { path change aspects before { size mode } after { size mode } } next
    }
  }
}`;

/** Null where there is no such image. */
export async function compareImages(
  client: Client,
  which: { id: string; other: string; path: string; after?: string | null; first: number },
): Promise<Comparison | null> {
  return (await client.query<{ image: { diff: Comparison } | null }>(DIFF, which)).image?.diff ?? null;
}

export interface DiskUsage {
  readonly logical: number;
  readonly stored: number;
  readonly shared: number;
}

const USAGE = 'logical stored shared';
const TENANT_USAGE = `{
  usage { disks { ${USAGE} } snapshots { ${USAGE} } images { ${USAGE} } backups { ${USAGE} } total { ${USAGE} } }
}`;

export type TenantUsage = Readonly<Record<'disks' | 'snapshots' | 'images' | 'backups' | 'total', DiskUsage>>;

export async function describeUsage(client: Client): Promise<TenantUsage> {
  return (await client.query<{ usage: TenantUsage }>(TENANT_USAGE)).usage;
}
