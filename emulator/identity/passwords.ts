import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const KEY_BYTES = 32;

/** `salt:key`, both hexadecimal, by scrypt with Node's default cost. */
export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  return `${salt.toString('hex')}:${(await derive(password, salt, KEY_BYTES)).toString('hex')}`;
}

/** Stands for a password that nobody has: what is checked against it is wrong, in the time that a check takes. */
const NONE = `${'00'.repeat(16)}:`;

/** Takes as long whether there is a hash or not. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [salt = '', key = ''] = (hash ?? NONE).split(':');
  const expected = Buffer.from(key, 'hex');
  const actual = await derive(password, Buffer.from(salt, 'hex'), KEY_BYTES);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
