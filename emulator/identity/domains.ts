import type { DomainSpec } from '../config.ts';
import type { Ids } from '../ids.ts';
import { createDefaultNetwork } from '../networks/default-network.ts';
import type { RegionSpec } from '../regions.ts';
import type { Transaction } from '../transactions.ts';
import { hashPassword } from './passwords.ts';
import { DEMO_LABEL, hashToken } from './tokens.ts';

interface Making {
  readonly ids: Ids;
  readonly now: Date;
  readonly regions: readonly RegionSpec[];
}

/** A domain that is ready to be written: passwords are hashed beforehand, since a transaction must not wait for that. */
export interface PreparedDomain {
  readonly spec: DomainSpec;
  readonly passwordHashes: ReadonlyMap<string, string>;
}

export async function prepareDomain(spec: DomainSpec): Promise<PreparedDomain> {
  const hashes = await Promise.all(
    spec.users.flatMap(({ name, password }) =>
      password === undefined ? [] : [hashPassword(password).then(hash => [name, hash] as const)],
    ),
  );
  return { spec, passwordHashes: new Map(hashes) };
}

export interface CreatedDomain {
  readonly domainId: string;
  /** By region. */
  readonly tenantIds: ReadonlyMap<string, string>;
}

/** Makes a domain with a tenant in each region (with its default network), its users, their roles and fixed tokens. */
export async function createDomain(
  tx: Transaction,
  { spec, passwordHashes }: PreparedDomain,
  making: Making,
): Promise<CreatedDomain> {
  const { ids, now, regions } = making;
  const domainId = spec.id ?? ids.hex32();
  await tx.db.domain.create({ data: { id: domainId, name: spec.name, createdAt: now } });
  const tenantIds = new Map(regions.map(region => [region.id, spec.tenants[region.id] ?? ids.hex32()]));
  for (const [regionId, id] of tenantIds) {
    await tx.db.tenant.create({ data: { id, name: regionId, domainId, regionId, createdAt: now } });
    tx.emit({
      kind: 'tenant.created',
      resourceType: 'tenant',
      resourceId: id,
      payload: { domain: spec.name, region: regionId },
      audiences: [id],
    });
    await createDefaultNetwork(tx, id, { ids, now });
  }
  for (const user of spec.users) {
    const userId = user.id ?? ids.hex32();
    const passwordHash = passwordHashes.get(user.name) ?? null;
    // Fixed tokens stand in a file, and the password stands beside them.
    const demo = Object.keys(user.tokens).length > 0;
    await tx.db.user.create({ data: { id: userId, name: user.name, domainId, passwordHash, demo, createdAt: now } });
    await tx.db.roleAssignment.create({ data: { userId, tenantId: '*', role: user.role } });
    const tokens = Object.entries(user.tokens).flatMap(([regionId, token]) => {
      const tenantId = tenantIds.get(regionId);
      return tenantId === undefined ? [] : [{ hash: hashToken(token), userId, tenantId, label: DEMO_LABEL, createdAt: now }];
    });
    await tx.db.token.createMany({ data: tokens });
  }
  return { domainId, tenantIds };
}
