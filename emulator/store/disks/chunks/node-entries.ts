/** Entries of a node: 128 MiB below a leaf, 16 GiB below the level above, 2 TiB below the third. */
export const FANOUT = 128;

/** Pieces below a node of this height; one below an entry of a leaf (height -1). */
export const spanOf = (height: number): number => FANOUT ** (height + 1);

const ID_BYTES = 6;

/** Ids as 48-bit little-endian numbers; the holes at the end are left out. */
export function encodeEntries(entries: readonly number[]): Buffer {
  const used = entries.findLastIndex(entry => entry !== 0) + 1;
  const bytes = Buffer.allocUnsafe(used * ID_BYTES);
  for (let slot = 0; slot < used; slot += 1) bytes.writeUIntLE(entries[slot] ?? 0, slot * ID_BYTES, ID_BYTES);
  return bytes;
}

/** Always FANOUT ids, 0 for holes. */
export function decodeEntries(bytes: Buffer): number[] {
  const entries = new Array<number>(FANOUT).fill(0);
  for (let slot = 0; slot * ID_BYTES < bytes.length; slot += 1) entries[slot] = bytes.readUIntLE(slot * ID_BYTES, ID_BYTES);
  return entries;
}
