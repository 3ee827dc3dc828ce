import { randomBytes, randomUUID } from 'node:crypto';

/** Where new ids and secrets come from; tests may hand in their own. */
export interface Ids {
  /** Resources: dashed lower-case UUID. */
  readonly uuid: () => string;
  /** Domains, tenants, users and jobs: 32 hexadecimal digits. */
  readonly hex32: () => string;
  /** A bearer token: 43 characters, 256 bits. */
  readonly secret: () => string;
}

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  hex32: () => randomBytes(16).toString('hex'),
  secret: () => randomBytes(32).toString('base64url'),
};
