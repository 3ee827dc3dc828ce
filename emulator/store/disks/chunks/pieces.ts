import { PIECE } from '../disk-store.ts';

/** Zeros at the end of a piece are not stored, in steps of this: most of a file system's tables are zeros. */
const TRIM = 4096;
const ZEROS = Buffer.alloc(PIECE);

/** Pieces of a disk of this size. */
export const pieceCount = (size: number): number => Math.ceil(size / PIECE);

/** Bytes of a piece; the last one of a disk may be short. */
export const pieceLength = (size: number, piece: number): number => Math.min(PIECE, size - piece * PIECE);

/** How many bytes of a piece have to be stored; 0 for a hole. */
export function storedLength(content: Uint8Array): number {
  if (ZEROS.subarray(0, content.length).equals(content)) return 0;
  let end = content.length;
  for (let start = lastStep(end); ZEROS.subarray(0, end - start).equals(content.subarray(start, end)); start = lastStep(end)) {
    end = start;
  }
  return end;
}

const lastStep = (end: number): number => Math.ceil(end / TRIM - 1) * TRIM;

export interface DiskWrite {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** The part of a write that falls into one piece. */
interface PiecePart {
  /** Within the piece. */
  readonly at: number;
  readonly data: Uint8Array;
}

/** Writes, sorted by the pieces they fall into; within a piece in the order given. */
export function splitWrites(writes: readonly DiskWrite[]): Map<number, PiecePart[]> {
  const parts = new Map<number, PiecePart[]>();
  for (const { offset, data } of writes) {
    for (let done = 0; done < data.length; ) {
      const piece = Math.floor((offset + done) / PIECE);
      const at = (offset + done) % PIECE;
      const part = { at, data: data.subarray(done, done + PIECE - at) };
      const ofPiece = parts.get(piece);
      if (ofPiece) ofPiece.push(part);
      else parts.set(piece, [part]);
      done += part.data.length;
    }
  }
  return new Map([...parts].sort(([a], [b]) => a - b));
}
