import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudConfig } from './config.ts';
import { demoDomains, operatorDomain } from './identity/demo.ts';
import { createDomain, prepareDomain } from './identity/domains.ts';
import type { Ids } from './ids.ts';
import { publishCatalogue } from './images/publish-catalogue.ts';
import { DATABASE_FILE, type Database } from './store/database.ts';
import type { Transactions } from './transactions.ts';

/** Puts a copy of a template where there is no database yet; returns whether it did. */
export function copyTemplate(template: string | undefined, folder: string): boolean {
  const file = join(folder, DATABASE_FILE);
  if (template === undefined || existsSync(file)) return false;
  copyFileSync(template, file);
  return true;
}

interface FirstStart {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly config: CloudConfig;
  readonly ids: Ids;
  readonly now: Date;
  /** Whether the database was copied from another cloud's. */
  readonly isCopy: boolean;
}

const CLOUD_ID = 'cloud-id';

/** The id of the cloud that a database is of; undefined before its first start. */
export async function cloudIdOf(database: Database): Promise<string | undefined> {
  return (await database.read.setting.findUnique({ where: { key: CLOUD_ID } }))?.value;
}

/** Fills an empty database: the cloud's id, the operator, the domains of the configuration, the public images. Returns the cloud's id. */
export async function firstStart({ database, transactions, config, ids, now, isCopy }: FirstStart): Promise<string> {
  const known = await cloudIdOf(database);
  if (known !== undefined && !isCopy) return known;
  const id = ids.uuid();
  if (known !== undefined) {
    await transactions.run(tx => tx.db.setting.update({ where: { key: CLOUD_ID }, data: { value: id } }));
    return id;
  }
  const domains = await Promise.all([operatorDomain, ...(config.domains ?? demoDomains)].map(prepareDomain));
  // One transaction: a crash in the middle leaves an empty database, and the next start fills it.
  await transactions.run(async tx => {
    for (const domain of domains) await createDomain(tx, domain, { ids, now, regions: config.regions });
    await publishCatalogue(tx, now);
    await tx.db.setting.create({ data: { key: CLOUD_ID, value: id } });
  });
  return id;
}
