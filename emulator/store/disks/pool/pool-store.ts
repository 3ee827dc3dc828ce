/**
 * The disk store of the `docker` hardware: raw files on one xfs with reflink, which only the helper mounts. A copy of a disk is
 * one ioctl that shares its blocks; what changed between two copies is read off their block maps.
 * The work is the agent's (appliance/agent/disks.py); this is its client.
 */
import { z } from 'zod';
import type {
  ByteRange,
  DiskCopy,
  DiskId,
  DiskStore,
  DiskUsage,
  GroupedUsage,
  UsageOptions,
  WorkOptions,
} from '../disk-store.ts';
import { assertDiskId, assertGroups, DiskStoreError } from '../disk-store.ts';
import type { AgentClient, AgentReply, AgentRequest } from './agent-client.ts';
import { diskStoreError } from './pool-errors.ts';

/** A process of a container; the agent checks that the one belongs to the other. */
export interface ContainerProcess {
  readonly pid: number;
  /** The engine's full id. */
  readonly container: string;
}

const Size = z.object({ size: z.number() });
const Usage = z.object({ logical: z.number(), stored: z.number(), shared: z.number() });
const Grouped = z.object({ groups: z.array(Usage), total: Usage });
const Frozen = z.object({ frozenMs: z.number() });

export class PoolStore implements DiskStore {
  readonly kind = 'pool';
  readonly #agent: AgentClient;
  #closed = false;

  constructor(agent: AgentClient) {
    this.#agent = agent;
  }

  async create(id: DiskId, size: number): Promise<void> {
    await this.#ask('create', { disk: id, size: amount(size) });
  }

  async snapshot(copies: readonly DiskCopy[]): Promise<void> {
    await this.snapshotInUse(copies);
  }

  /** As `snapshot`; what servers wrote to any of the disks is in the copies, whole. Returns for how long they could not write. */
  async snapshotInUse(copies: readonly DiskCopy[]): Promise<{ frozenMs: number }> {
    for (const { source, target } of copies) {
      assertDiskId(source);
      assertDiskId(target);
    }
    const { value } = await this.#ask('snapshot', { copies });
    return Frozen.parse(value);
  }

  async stat(id: DiskId): Promise<{ size: number } | undefined> {
    const { value } = await this.#ask('stat', { disk: id });
    return value === null ? undefined : Size.parse(value);
  }

  async list(): Promise<DiskId[]> {
    return z.array(z.string()).parse((await this.#ask('list', {})).value);
  }

  async read(id: DiskId, { offset, length }: ByteRange): Promise<Buffer> {
    return (await this.#ask('read', { disk: id, offset: amount(offset), length: amount(length) })).body;
  }

  async write(id: DiskId, offset: number, data: Uint8Array): Promise<void> {
    await this.#ask('write', { disk: id, offset: amount(offset) }, { body: data });
  }

  async grow(id: DiskId, size: number): Promise<void> {
    await this.#ask('grow', { disk: id, size: amount(size) });
  }

  async discard(id: DiskId, { offset, length }: ByteRange): Promise<void> {
    await this.#ask('discard', { disk: id, offset: amount(offset), length: amount(length) });
  }

  async remove(id: DiskId): Promise<void> {
    await this.#ask('remove', { disk: id });
  }

  async changedBetween(from: DiskId, to: DiskId): Promise<ByteRange[]> {
    assertDiskId(from);
    assertDiskId(to);
    return ranges((await this.#ask('changed', { old: from, new: to })).body);
  }

  async checksum(id: DiskId, options: WorkOptions = {}): Promise<string> {
    return z.string().parse((await this.#ask('checksum', { disk: id }, options)).value);
  }

  async usage(id: DiskId): Promise<DiskUsage> {
    return Usage.parse((await this.#ask('usage', { disk: id })).value);
  }

  async usageOf(ids: readonly DiskId[], options?: UsageOptions): Promise<DiskUsage> {
    return (await this.usageOfGroups([ids], options)).total;
  }

  async usageOfGroups(groups: readonly (readonly DiskId[])[], options: UsageOptions = {}): Promise<GroupedUsage> {
    assertGroups(groups);
    return Grouped.parse((await this.#ask('usageOf', { groups }, options)).value);
  }

  async free(): Promise<number> {
    return z.number().parse((await this.#ask('free', {})).value);
  }

  /** The pool stays mounted in the helper, whose owner ends it. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  async #ask(op: string, fields: Record<string, unknown>, request: AgentRequest = {}): Promise<AgentReply> {
    if (typeof fields.disk === 'string') assertDiskId(fields.disk);
    if (this.#closed) throw new DiskStoreError('unavailable', 'the disk store is closed');
    try {
      return await this.#agent.call(op, fields, request);
    } catch (error) {
      throw diskStoreError(error);
    }
  }
}

/** The offset and the length of each, in eight bytes each. */
function ranges(body: Buffer): ByteRange[] {
  const numberAt = (at: number): number => Number(body.readBigUInt64LE(8 * at));
  return Array.from({ length: body.length / 16 }, (_, index) => ({
    offset: numberAt(2 * index),
    length: numberAt(2 * index + 1),
  }));
}

function amount(bytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new DiskStoreError('out-of-range', `not a number of bytes: ${bytes}`);
  return bytes;
}
