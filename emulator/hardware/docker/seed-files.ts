/** What a seed puts on a disk before the disk boots, in the form that the agent's `giveRoot` takes. */
import type { Seed } from '../hardware.ts';

export interface DiskFile {
  readonly path: string;
  /** base64 */
  readonly data: string;
  readonly mode: number;
}

/** cloud-init's own place for a local seed, which our init reads too. */
const SEED_FOLDER = '/var/lib/cloud/seed/nocloud';

export function seedFiles(seed: Seed): DiskFile[] {
  const metaData = `instance-id: ${seed.instanceId}\nlocal-hostname: ${seed.hostname}\n`;
  return [
    diskFile('/etc/hostname', `${seed.hostname}\n`, 0o644),
    diskFile(`${SEED_FOLDER}/meta-data`, metaData, 0o600),
    diskFile(`${SEED_FOLDER}/user-data`, seed.userData ?? '', 0o600),
    ...(seed.authorizedKeys.length > 0
      ? [diskFile('/root/.ssh/authorized_keys', seed.authorizedKeys.map(key => `${key.trim()}\n`).join(''), 0o600)]
      : []),
  ];
}

export function diskFile(path: string, data: string | Uint8Array, mode: number): DiskFile {
  return { path, data: Buffer.from(data).toString('base64'), mode };
}
