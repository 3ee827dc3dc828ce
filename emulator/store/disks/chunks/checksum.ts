import { createHash } from 'node:crypto';
import type { WorkOptions } from '../disk-store.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { ChunkTable } from './chunk-table.ts';
import type { Hasher } from './hasher.ts';
import type { PieceStorage } from './piece-storage.ts';
import type { PieceChange } from './piece-tree.ts';
import type { StoredPiece as StoredBytes } from './piece-worker.mjs';
import { pieceCount, pieceLength } from './pieces.ts';
import { sideBySide } from './side-by-side.ts';

/** Pieces that a worker takes at once: some ten milliseconds between two looks at the signal and two reports. */
const BATCH = 16;
const WORKERS = 2;
const DIGEST_BYTES = 32;
const HOLES = Buffer.alloc(1024 * DIGEST_BYTES);

interface ChecksumParts {
  readonly chunks: ChunkTable;
  readonly files: ChunkFiles;
  readonly hasher: Hasher;
  readonly storage: PieceStorage;
}

type StoredPiece = StoredBytes & { readonly chunk: number };

/**
 * The checksum of a disk as DiskStore documents it. A chunk's digest is the digest of its piece, so the sum itself is made of what
 * the index knows; the work is to read every chunk and to find that it is as written.
 */
export async function checksumOf(
  { chunks, files, hasher, storage }: ChecksumParts,
  disk: { readonly id: string; readonly size: number; readonly pieces: readonly PieceChange[] },
  { onProgress, signal }: WorkOptions,
): Promise<string> {
  const sum = createHash('sha256');
  let summed = 0;
  const skipTo = (piece: number): void => {
    for (; summed < piece; summed += Math.min(1024, piece - summed))
      sum.update(HOLES.subarray(0, (piece - summed) * DIGEST_BYTES));
  };

  function* batches(): Generator<StoredPiece[]> {
    for (let at = 0; at < disk.pieces.length; at += BATCH) {
      const pieces = disk.pieces.slice(at, at + BATCH);
      const rows = new Map(chunks.getMany(pieces.map(([, chunk]) => chunk)).map(row => [row.id, row]));
      const bases = new Map(chunks.getMany([...rows.values()].map(row => row.base)).map(row => [row.id, row]));
      yield pieces.map(([piece, chunk]) => {
        const row = rows.get(chunk);
        if (row === undefined) throw storage.damaged(chunk, disk.id);
        skipTo(piece);
        sum.update(row.digest);
        summed += 1;
        const layers = [bases.get(row.base), row].flatMap(layer => layer ?? []);
        const stored = layers.map(({ id, bytes, blocks }) => ({ path: files.path(id), bytes, blocks }));
        return { chunk, files: stored, length: pieceLength(disk.size, piece), digest: row.digest };
      });
    }
  }

  const toWorkers = hasher.isWorthAWorker(disk.pieces.length);
  let checked = 0;
  await sideBySide(batches(), WORKERS, async batch => {
    signal?.throwIfAborted();
    const damaged = batch[await hasher.firstDamaged(batch, toWorkers)];
    if (damaged !== undefined) throw storage.damaged(damaged.chunk, disk.id);
    checked += batch.length;
    onProgress?.(Math.floor((checked / disk.pieces.length) * disk.size), disk.size);
  });
  signal?.throwIfAborted();
  skipTo(pieceCount(disk.size));
  return sum.digest('hex');
}
