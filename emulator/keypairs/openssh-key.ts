/**
 * Key pairs in the forms that OpenSSH reads. Source: RFC 4253 section 6.6 and RFC 8709 (public key), PROTOCOL.key of OpenSSH (private key).
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

export interface GeneratedKeyPair {
  /** `ssh-ed25519 AAAA… name` */
  readonly publicKey: string;
  /** PEM of the type OPENSSH PRIVATE KEY, not encrypted. */
  readonly privateKey: string;
}

const TYPE = 'ssh-ed25519';
const BLOCK = 8;
const LINE = 70;

/** A new ed25519 key pair; the comment is the last word of the public key. */
export function generateKeyPair(comment: string): GeneratedKeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  const seed = Buffer.from(d, 'base64url');
  const publicBlob = Buffer.concat([field(TYPE), field(publicBytes)]);
  return {
    publicKey: `${TYPE} ${publicBlob.toString('base64')} ${comment}`,
    privateKey: pem(privateBlob(publicBlob, publicBytes, seed, comment)),
  };
}

/** MD5 of the key's blob in colon form, as Nova shows it: `c4:27:b3:…`. Takes a line that isPublicKey() has found good. */
export function fingerprintOf(publicKey: string): string {
  const [, encoded = ''] = publicKey.split(' ');
  const digest = createHash('md5').update(Buffer.from(encoded, 'base64')).digest('hex');
  return digest.replace(/..(?=.)/g, '$&:');
}

/** One unencrypted key: cipher and key derivation `none`. The check number stands twice, to tell a wrong passphrase where there is one. */
function privateBlob(publicBlob: Buffer, publicBytes: Buffer, seed: Buffer, comment: string): Buffer {
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    field(TYPE),
    field(publicBytes),
    field(Buffer.concat([seed, publicBytes])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, index) => index + 1));
  return Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
}

function pem(blob: Buffer): string {
  const lines = blob.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
