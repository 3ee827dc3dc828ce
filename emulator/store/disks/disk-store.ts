/**
 * The disk store: where the bytes of disks, images and backups live.
 *
 * A disk is a row of bytes with holes. An image is a disk that nobody writes to any more; so is each disk of a backup.
 * Two implementations answer to this interface and to one contract suite (test/contracts/disk-store.ts):
 * `chunks` (pure Node, for the embedded hardware) and `pool` (reflink files in the helper, for Docker).
 *
 * Every call is idempotent or atomic: after a crash at any point the same call can simply be made again.
 */
import { MIB } from '../../units.ts';

export interface DiskStore {
  readonly kind: 'chunks' | 'pool';

  /** Makes an empty disk of `size` bytes (a multiple of 4096). Does nothing if it is there with that size; else `exists`. */
  create(id: DiskId, size: number): Promise<void>;

  /**
   * Copies disks by sharing their bytes, all as of one moment, in time independent of what they hold.
   * A target that exists is replaced. Later writes to either side are not seen by the other.
   */
  snapshot(copies: readonly DiskCopy[]): Promise<void>;

  /** Size in bytes, or undefined where there is no such disk. */
  stat(id: DiskId): Promise<{ size: number } | undefined>;

  /** Every disk of the store. */
  list(): Promise<DiskId[]>;

  /** Bytes of a range; holes read as zeros. A range beyond the end is `out-of-range`. */
  read(id: DiskId, range: ByteRange): Promise<Buffer>;

  /**
   * Writes bytes; durable when it resolves. Idempotent, not atomic: where it fails or is cut off, the first of the bytes may be there, and the same
   * call made again writes all of them.
   */
  write(id: DiskId, offset: number, data: Uint8Array): Promise<void>;

  /** Makes the disk larger (never smaller: `out-of-range`). */
  grow(id: DiskId, size: number): Promise<void>;

  /** Turns a range into a hole. */
  discard(id: DiskId, range: ByteRange): Promise<void>;

  /** Removes a disk and frees exactly what no other disk shares. Does nothing where there is none. */
  remove(id: DiskId): Promise<void>;

  /**
   * Where two disks may differ, in order, not overlapping; never leaves out a difference. Cost follows the amount of change,
   * not the size, where one is a snapshot of the other.
   */
  changedBetween(from: DiskId, to: DiskId): Promise<ByteRange[]>;

  /**
   * SHA-256 (hex) over the SHA-256 digests (raw) of the disk's 1 MiB pieces; a piece that is all zeros, and a hole, adds 32 zero
   * bytes instead of a digest; the last piece may be short. Both stores give the same sum for the same bytes.
   * Reads everything, so it is a check too: damaged bytes are `corrupt`.
   */
  checksum(id: DiskId, options?: WorkOptions): Promise<string>;

  /** What a disk takes: see DiskUsage. */
  usage(id: DiskId): Promise<DiskUsage>;

  /**
   * What several disks take together: the sum of their sizes; the bytes stored for them, each counted once; what of those at least two disks use,
   * of these or others. Disks that are not there count nothing.
   */
  usageOf(ids: readonly DiskId[], options?: UsageOptions): Promise<DiskUsage>;

  /** As usageOf(), of each of several groups and of all of their disks, in one pass. A disk may be in several groups; up to 31 of them. */
  usageOfGroups(groups: readonly (readonly DiskId[])[], options?: UsageOptions): Promise<GroupedUsage>;

  /** Bytes still free for disks, above the floor that is held back. */
  free(): Promise<number>;

  close(): Promise<void>;
}

/** A name in the store, derived from the id of the record it belongs to: 1 to 80 of `a-z 0-9 . -`, starting with a letter or digit. */
export type DiskId = string;

export interface DiskCopy {
  readonly source: DiskId;
  readonly target: DiskId;
}

/** In bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** In bytes: its size; what of it is stored (holes are not); what of that it shares with other disks. */
export interface DiskUsage {
  readonly logical: number;
  readonly stored: number;
  readonly shared: number;
}

/** Of groups of disks: in the order of the groups, and of all disks of them, each counted once. */
export interface GroupedUsage {
  readonly groups: readonly DiskUsage[];
  readonly total: DiskUsage;
}

export interface WorkOptions {
  /** Called now and then with bytes done and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export type UsageOptions = Pick<WorkOptions, 'signal'>;

/** Groups of one count: a bit of a number is one of them. */
const MOST_GROUPS = 31;

/** Throws on what usageOfGroups() does not take; kept in every implementation. */
export function assertGroups(groups: readonly (readonly DiskId[])[]): void {
  if (groups.length > MOST_GROUPS) throw new TypeError(`more than ${MOST_GROUPS} groups of disks`);
  for (const id of groups.flat()) assertDiskId(id);
}

export type DiskStoreProblem = 'not-found' | 'exists' | 'no-space' | 'out-of-range' | 'corrupt' | 'unavailable';

/** What a disk store throws, and nothing else (but AbortError, where a signal was given). */
export class DiskStoreError extends Error {
  override readonly name = 'DiskStoreError';
  readonly problem: DiskStoreProblem;

  constructor(problem: DiskStoreProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** Size of the pieces that checksums are taken over, in bytes. */
export const PIECE = MIB;

const DISK_ID = /^[a-z0-9][a-z0-9.-]{0,79}$/;

/** Throws on a name that is not a DiskId: a guard against paths, kept in every implementation. */
export function assertDiskId(id: string): void {
  if (!DISK_ID.test(id)) throw new TypeError(`not a disk id: ${JSON.stringify(id)}`);
}
