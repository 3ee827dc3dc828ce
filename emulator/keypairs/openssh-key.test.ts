import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { isPublicKey } from '../servers/public-key.ts';
import { fingerprintOf, generateKeyPair } from './openssh-key.ts';

/** The fields of a blob, each behind its length. */
function fields(blob: Buffer, count: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; found.length < count; ) {
    const length = blob.readUInt32BE(at);
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

test('a generated pair is an OpenSSH key whose two halves belong together', () => {
  const { publicKey, privateKey } = generateKeyPair('laptop');
  expect(isPublicKey(publicKey)).toBe(true);
  expect(publicKey).toMatch(/^ssh-ed25519 \S+ laptop$/);

  const [head, ...rest] = privateKey.trimEnd().split('\n');
  expect([head, rest.pop()]).toEqual(['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----']);
  expect(Math.max(...rest.map(line => line.length))).toBe(70);
  const blob = Buffer.from(rest.join(''), 'base64');
  const magic = 'openssh-key-v1\0';
  expect(blob.subarray(0, magic.length).toString()).toBe(magic);
  const [cipher, derivation, options] = fields(blob.subarray(magic.length), 3).map(String);
  expect([cipher, derivation, options]).toEqual(['none', 'none', '']);
  const afterCount = blob.subarray(magic.length + 3 * 4 + 'nonenone'.length + 4);
  const [publicBlob = Buffer.alloc(0), secret = Buffer.alloc(0)] = fields(afterCount, 2);
  expect(publicBlob.toString('base64')).toBe(publicKey.split(' ')[1]);
  expect(secret.length % 8).toBe(0);
  expect(secret.subarray(0, 4)).toEqual(secret.subarray(4, 8));
  const [type, x = Buffer.alloc(0), seedAndX = Buffer.alloc(0), comment] = fields(secret.subarray(8), 4);
  expect([String(type), String(comment)]).toEqual(['ssh-ed25519', 'laptop']);
  expect(seedAndX.subarray(32)).toEqual(x);

  const jwk = { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') };
  const key = createPrivateKey({ key: { ...jwk, d: seedAndX.subarray(0, 32).toString('base64url') }, format: 'jwk' });
  const signature = sign(null, Buffer.from('text'), key);
  expect(verify(null, Buffer.from('text'), createPublicKey({ key: jwk, format: 'jwk' }), signature)).toBe(true);
});

test('no two generated pairs are the same', () => {
  expect(generateKeyPair('a').publicKey).not.toBe(generateKeyPair('a').publicKey);
});

test('a fingerprint is the MD5 of the key in colon form', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH anyone';
  // By ssh-keygen -l -E md5.
  expect(fingerprintOf(key)).toBe('be:86:90:2b:33:7b:1a:cd:8a:9e:55:64:d7:04:f3:29');
});
