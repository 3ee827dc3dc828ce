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

/** Whether a text is the id of a resource, as `uuid` makes them. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  hex32: () => randomBytes(16).toString('hex'),
  secret: () => randomBytes(32).toString('base64url'),
};
