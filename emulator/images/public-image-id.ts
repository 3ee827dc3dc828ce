import { createHash } from 'node:crypto';

/** Cloudyard's own namespace for public images; a random UUID, never to be changed. */
const namespace = '6f2d3f57-0a0c-4c7e-9d41-5b8b1f4c7a10';

/**
 * The id of a public image: the UUID, version 5 (RFC 9562 section 5.5), of its name in Cloudyard's namespace.
 * So an image has the same id in every cloud and after every reset, and may stand in a configuration or a test.
 */
export function publicImageId(name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
