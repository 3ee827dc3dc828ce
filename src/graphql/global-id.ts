/**
 * Global ids: the type, a colon, the id in the cloud: `Image:5a7c0cb4-…`. Readable on purpose, so that they can be copied about.
 * Wherever an id is asked for, the cloud's own id is understood too.
 */
import { CloudError, commonErrors } from '../../emulator/errors.ts';
import type { ServerKind } from '../../emulator/store/generated/client.ts';

const GLOBAL_ID = /^([A-Z][A-Za-z]*):(.+)$/;

export const globalId = (type: string, id: string): string => `${type}:${id}`;

const SERVER_TYPES = { CLOUD: 'CloudServer', BARE_METAL: 'BareMetalServer' } as const satisfies Record<ServerKind, string>;

export const serverType = ({ kind }: { kind: ServerKind }): (typeof SERVER_TYPES)[ServerKind] => SERVER_TYPES[kind];

/** A server's global id, by its kind. */
export const serverGlobalId = (server: { readonly id: string; readonly kind: ServerKind }): string =>
  globalId(serverType(server), server.id);

/** Takes a global id apart; undefined for anything that has not its form. */
export function parseGlobalId(id: string): { type: string; id: string } | undefined {
  const [, type, own] = GLOBAL_ID.exec(id) ?? [];
  return type !== undefined && own !== undefined ? { type, id: own } : undefined;
}

/**
 * The cloud's own id, from a global id of one of these types or from itself. What is no global id is passed on as it is: the operation
 * has the documented code for it. Throws CloudError `badRequest` for a global id of another type.
 */
function ownId(types: readonly string[], id: string, field: string): string {
  const parsed = parseGlobalId(id);
  if (!parsed) return id;
  if (types.includes(parsed.type)) return parsed.id;
  throw new CloudError(commonErrors.badRequest, {
    message: `The id is one of type ${parsed.type}; asked for is ${types.join(' or ')}.`,
    field,
  });
}

const idReader =
  (...types: string[]) =>
  (id: string, field = 'id'): string =>
    ownId(types, id, field);

/** `readId.image(args.id)`: the image's own id. A second argument names the input at fault. */
export const readId = {
  image: idReader('Image'),
  // `Server` for those who write the interface's name.
  server: idReader('CloudServer', 'BareMetalServer', 'Server'),
  flavor: idReader('Flavor'),
  keyPair: idReader('KeyPair'),
  job: idReader('Job'),
  tenant: idReader('Tenant'),
  domain: idReader('Domain'),
  region: idReader('Region'),
  vpc: idReader('Vpc'),
  subnet: idReader('Subnet'),
  port: idReader('Port'),
  securityGroup: idReader('SecurityGroup'),
  publicAddress: idReader('PublicAddress'),
  backup: idReader('Backup'),
  disk: idReader('Disk'),
  diskSnapshot: idReader('DiskSnapshot'),
  vault: idReader('Vault'),
  diskOrBackup: idReader('Disk', 'Backup'),
  backupPolicy: idReader('BackupPolicy'),
  checkpoint: idReader('Checkpoint'),
  serverOrDisk: idReader('CloudServer', 'Server', 'Disk'),
  faultRule: idReader('FaultRule'),
  /** Whatever it is the id of. */
  any: (id: string): string => parseGlobalId(id)?.id ?? id,
} as const;

/** Reads a list; the field at fault names the place in it: `imageIds.2`. */
export const readIds = (read: (id: string, field: string) => string, ids: readonly string[], field: string): string[] =>
  ids.map((id, index) => read(id, `${field}.${index}`));
