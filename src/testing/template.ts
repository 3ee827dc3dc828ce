import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCloud } from '../../emulator/cloud.ts';
import type { CloudConfigInput } from '../../emulator/config.ts';
import { demoDomains, operatorDomain } from '../../emulator/identity/demo.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { migrationsFolder } from '../../emulator/store/migrations.ts';

/**
 * A database that is filled already (schema, demo tenants, public images), made once for each configuration and kept beside other temporary
 * files: a new cloud copies it instead of filling its own.
 */
export async function templateFor(config: CloudConfigInput): Promise<string> {
  const key = createHash('sha256')
    .update(
      JSON.stringify([process.getuid?.(), readdirSync(migrationsFolder()), publicImages, operatorDomain, demoDomains, config]),
    )
    .digest('hex')
    .slice(0, 16);
  const file = join(tmpdir(), `cloudyard-template-${key}`, 'cloud.db');
  if (!existsSync(file)) await makeTemplate(file, config);
  return file;
}

async function makeTemplate(file: string, config: CloudConfigInput): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloudyard-template-'));
  try {
    const cloud = await openCloud({ folder, config, hardware: 'embedded' });
    await cloud.database.write(tx => tx.setting.deleteMany({ where: { key: { startsWith: 'hardware.' } } }));
    await cloud.close();
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    // Several processes may make it at once; each puts a whole file in place.
    const part = `${file}.${randomUUID()}`;
    await copyFile(join(folder, 'clouds', 'default', 'cloud.db'), part);
    await rename(part, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
