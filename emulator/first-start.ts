import type { CloudConfig } from './config.ts';
import { demoDomains, operatorDomain } from './identity/demo.ts';
import { createDomain, prepareDomain } from './identity/domains.ts';
import type { Ids } from './ids.ts';
import { publishCatalogue } from './images/publish-catalogue.ts';
import type { Database } from './store/database.ts';
import type { Transactions } from './transactions.ts';

interface FirstStart {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly config: CloudConfig;
  readonly ids: Ids;
  readonly now: Date;
}

const CLOUD_ID = 'cloud-id';

/** Fills an empty database: the cloud's id, the operator, the domains of the configuration, the public images. Returns the cloud's id. */
export async function firstStart({ database, transactions, config, ids, now }: FirstStart): Promise<string> {
  const known = await database.read.setting.findUnique({ where: { key: CLOUD_ID } });
  if (known) return known.value;
  const id = ids.uuid();
  const domains = await Promise.all([operatorDomain, ...(config.domains ?? demoDomains)].map(prepareDomain));
  // One transaction: a crash in the middle leaves an empty database, and the next start fills it.
  await transactions.run(async tx => {
    for (const domain of domains) await createDomain(tx, domain, { ids, now, regions: config.regions });
    await publishCatalogue(tx, now);
    await tx.db.setting.create({ data: { key: CLOUD_ID, value: id } });
  });
  return id;
}
