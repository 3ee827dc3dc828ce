/** Files on disks: in the running server's own root, or on a mount of the disk that only the agent's request sees. */
import { z } from 'zod';
import { assertDiskId } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { MIB } from '../../units.ts';
import { type FileDifference, type FileEntry, type FileTarget, HardwareError } from '../hardware.ts';
import { agentCall, FILE_PROBLEMS } from './agent-call.ts';
import type { Servers } from './servers.ts';

export const FILE_LIMIT = 8 * MIB;

const Entry = z
  .object({
    name: z.string(),
    type: z.enum(['FILE', 'DIRECTORY', 'LINK', 'OTHER']),
    size: z.number(),
    mode: z.number(),
    uid: z.number(),
    gid: z.number(),
    mtime: z.number(),
    linkTarget: z.string().nullable(),
  })
  .transform(({ linkTarget, ...entry }): FileEntry => ({ ...entry, ...(linkTarget === null ? {} : { linkTarget }) }));

const Differences = z.array(
  z.object({
    path: z.string(),
    change: z.enum(['ADDED', 'REMOVED', 'CHANGED']),
    aspects: z.array(z.string()),
    before: Entry.nullable(),
    after: Entry.nullable(),
  }),
);

const asFiles = { problems: FILE_PROBLEMS } as const;

export interface CompareOptions {
  readonly path: string;
  readonly after?: string;
  readonly limit: number;
}

export interface DiskFilesOptions {
  readonly agent: AgentClient;
  readonly servers: Servers;
}

export class DiskFiles {
  readonly #agent: AgentClient;
  readonly #servers: Servers;

  constructor({ agent, servers }: DiskFilesOptions) {
    this.#agent = agent;
    this.#servers = servers;
  }

  async list(at: FileTarget, path: string): Promise<FileEntry[]> {
    const { value } = await agentCall(this.#agent, 'listFiles', { ...(await this.#place(at)), path: guestPath(path) }, asFiles);
    return z.array(Entry).parse(value);
  }

  async compare(from: FileTarget, to: FileTarget, options: CompareOptions): Promise<FileDifference[]> {
    const { path, after, limit } = options;
    const fields = {
      before: diskOf(from),
      after: diskOf(to),
      path: guestPath(path),
      behind: after === undefined ? null : guestPath(after),
      limit,
    };
    return Differences.parse((await agentCall(this.#agent, 'compareFiles', fields, asFiles)).value);
  }

  async read(at: FileTarget, path: string, range: { offset: number; length: number }): Promise<Buffer> {
    const { offset, length } = range;
    if (length > FILE_LIMIT) throw new HardwareError('too-large', `at most ${FILE_LIMIT} bytes at once`);
    const fields = { ...(await this.#place(at)), path: guestPath(path), offset, length };
    return (await agentCall(this.#agent, 'readFile', fields, asFiles)).body;
  }

  async write(at: FileTarget, path: string, data: Uint8Array, mode: number | undefined): Promise<void> {
    if (data.byteLength > FILE_LIMIT) throw new HardwareError('too-large', `at most ${FILE_LIMIT} bytes at once`);
    const fields = { ...(await this.#place(at)), path: guestPath(path), mode: mode ?? null };
    await agentCall(this.#agent, 'writeFile', fields, { body: data, ...asFiles });
  }

  async #place(at: FileTarget): Promise<{ disk: string; server: unknown }> {
    const { server } = at;
    return { disk: diskOf(at), server: server === undefined ? null : (await this.#servers.require(server)).server };
  }
}

function diskOf({ disk }: FileTarget): string {
  assertDiskId(disk);
  return disk;
}

function guestPath(path: string): string {
  if (!path.startsWith('/') || path.includes('\0')) throw new HardwareError('bad-path', 'a path on a server is absolute');
  return path;
}
