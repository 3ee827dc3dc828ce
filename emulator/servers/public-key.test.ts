import { expect, test } from 'vitest';
import { isPublicKey } from './public-key.ts';

/** A blob of fields, each behind its length in four bytes. */
function blob(...fields: (string | Buffer)[]): string {
  const parts = fields.map(field => Buffer.from(field)).flatMap(field => [Buffer.alloc(4), field]);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) part.writeUInt32BE(parts[index + 1]?.length ?? 0);
  }
  return Buffer.concat(parts).toString('base64');
}

const point = Buffer.alloc(32, 7);
const ed25519 = `ssh-ed25519 ${blob('ssh-ed25519', point)}`;

test.each([
  ['ed25519', ed25519],
  ['a comment', `${ed25519} someone@example.com's key`],
  ['RSA', `ssh-rsa ${blob('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(257, 3))}`],
  ['ECDSA', `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 4))}`],
])('takes %s', (_, line) => {
  expect(isPublicKey(line)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['a type without a key', 'ssh-ed25519'],
  ['a blob without a key', `ssh-ed25519 ${blob('ssh-ed25519')}`],
  ['a type that servers do not take', `ssh-dss ${blob('ssh-dss', point)}`],
  ['a blob of another type', `ssh-ed25519 ${blob('ssh-rsa', point)}`],
  ['a blob that was cut off', `ssh-ed25519 ${blob('ssh-ed25519', point).slice(0, 24)}`],
  ['no base64', 'ssh-ed25519 not*base64'],
  ['options before the type', `command="sh" ${ed25519}`],
  ['a second line', `${ed25519}\n${ed25519}`],
  ['a control character in the comment', `${ed25519} a\u0000b`],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
])('refuses %s', (_, line) => {
  expect(isPublicKey(line)).toBe(false);
});
