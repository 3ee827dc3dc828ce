import { LRUCache } from 'lru-cache';
import { KIB } from '../../../units.ts';
import type { ReadBytes } from './ext4-volume.ts';

/** Bytes that are read at once, and how many such windows are kept: descriptors, inode tables and folders lie side by side. */
const WINDOW = 64 * KIB;
const KEPT = 64;

/** The same bytes, fewer reads: for a disk that nobody changes meanwhile. */
export function readAhead(read: ReadBytes, size: number): ReadBytes {
  const windows = new LRUCache<number, Promise<Buffer>>({ max: KEPT });
  const windowAt = (start: number): Promise<Buffer> => {
    const known = windows.get(start);
    if (known !== undefined) return known;
    const reading = read(start, Math.min(WINDOW, size - start));
    windows.set(start, reading);
    return reading;
  };
  return async (offset, length) => {
    const start = Math.floor(offset / WINDOW) * WINDOW;
    if (offset + length > Math.min(start + WINDOW, size)) return read(offset, length);
    return (await windowAt(start)).subarray(offset - start, offset - start + length);
  };
}
