import type { Seed } from '../hardware.ts';

export interface SeedFile {
  readonly path: string;
  readonly data: Buffer;
  readonly mode: number;
}

/** cloud-init's place for a seed that comes with the disk (NoCloud). */
const SEED_FOLDER = '/var/lib/cloud/seed/nocloud';

/** What a seed puts on a disk. `shadow` is the disk's own /etc/shadow, where it has one. */
export function seedFiles(seed: Seed, shadow: Buffer | undefined): SeedFile[] {
  const { hostname, authorizedKeys, passwordHash, userData, instanceId } = seed;
  const keys = authorizedKeys.map(key => `${key.trim()}\n`).join('');
  return [
    file('/etc/hostname', `${hostname}\n`, 0o644),
    file(`${SEED_FOLDER}/meta-data`, `instance-id: ${instanceId}\nlocal-hostname: ${hostname}\n`, 0o600),
    file(`${SEED_FOLDER}/user-data`, userData ?? '', 0o600),
    ...(authorizedKeys.length > 0 ? [file('/root/.ssh/authorized_keys', keys, 0o600)] : []),
    ...(passwordHash === null
      ? []
      : [file('/etc/shadow', withRootPassword(shadow?.toString('latin1') ?? '', passwordHash), 0o640)]),
  ];
}

/** Lines of other users stay as they are, byte for byte. */
function withRootPassword(shadow: string, hash: string): Buffer {
  const lines = shadow.split('\n').filter(line => line !== '');
  const isRoot = (line: string): boolean => line.startsWith('root:');
  if (!lines.some(isRoot)) lines.unshift('root:*:19000:0:99999:7:::');
  const changed = lines.map(line => (isRoot(line) ? line.replace(/^root:[^:]*/, () => `root:${hash}`) : line));
  return Buffer.from(`${changed.join('\n')}\n`, 'latin1');
}

const file = (path: string, data: string | Buffer, mode: number): SeedFile => ({ path, data: Buffer.from(data), mode });
