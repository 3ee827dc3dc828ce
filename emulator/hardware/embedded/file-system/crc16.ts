/** CRC-16 with the polynomial 0x8005, bits reversed, as ext4 takes it over group descriptors; `crc` goes on from a part before. */
export function crc16(crc: number, bytes: Uint8Array): number {
  let value = crc;
  for (const byte of bytes) value = (value >> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0);
  return value;
}

const POLYNOMIAL = 0xa001;

const TABLE: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value % 2 === 1 ? (value >> 1) ^ POLYNOMIAL : value >> 1;
  return value;
});
