import { z } from 'zod';
import { CloudError, commonErrors } from '../errors.ts';
import { type FaultRule, FaultRuleInput } from '../faults/fault-rule.ts';
import type { Capability, HardwareKind, HardwareStatus } from '../hardware/hardware.ts';
import { defineOperation } from '../operation.ts';
import type { QuotaResource } from '../quotas.ts';
import type { RegionSpec } from '../regions.ts';
import type { ClockSetting } from '../time/clock.ts';

/** What the cloud is: for everyone who has a token. */
export interface CloudDescription {
  readonly id: string;
  readonly name: string;
  readonly hardware: HardwareKind;
  readonly hardwareReason: string;
  readonly hardwareStatus: HardwareStatus;
  readonly capabilities: readonly Capability[];
  readonly clock: ClockSetting & { readonly now: Date };
  readonly regions: readonly RegionSpec[];
}

export const describeCloud = defineOperation({
  name: 'cloud.describe',
  permission: 'identity:self:get',
  access: 'read',
  input: z.object({}),
  run: async ({ cloud }): Promise<CloudDescription> => ({
    id: cloud.id,
    name: cloud.name,
    hardware: cloud.hardware.kind,
    hardwareReason: cloud.hardwareReason,
    hardwareStatus: cloud.hardware.status(),
    capabilities: cloud.hardware.capabilities(),
    clock: { ...cloud.clock.setting, now: cloud.clock.now() },
    regions: cloud.config.regions,
  }),
});

export const setClock = defineOperation({
  name: 'clock.set',
  permission: 'cloudyard:clock:update',
  access: 'write',
  input: z.object({ mode: z.enum(['instant', 'paced', 'virtual']), factor: z.number().positive().max(1000).default(1) }),
  async run({ cloud, input, commit }): Promise<ClockSetting> {
    cloud.clock.configure(input);
    return commit(async () => input);
  },
});

/** Moves virtual time on. */
export const advanceClock = defineOperation({
  name: 'clock.advance',
  permission: 'cloudyard:clock:update',
  access: 'write',
  input: z.object({
    seconds: z
      .number()
      .positive()
      .max(10 * 366 * 24 * 3600),
  }),
  async run({ cloud, input, commit }): Promise<{ now: string }> {
    if (cloud.clock.setting.mode !== 'virtual') {
      throw new CloudError(commonErrors.badRequest, { message: 'Only a virtual clock can be advanced.', field: 'seconds' });
    }
    cloud.clock.advance(input.seconds * 1000);
    return commit(async () => ({ now: cloud.clock.now().toISOString() }));
  },
});

export const listFaultRules = defineOperation({
  name: 'faults.list',
  permission: 'cloudyard:faults:list',
  access: 'read',
  input: z.object({}),
  run: async ({ cloud }): Promise<readonly FaultRule[]> => cloud.faults.rules,
});

export const addFaultRule = defineOperation({
  name: 'faults.add',
  permission: 'cloudyard:faults:create',
  access: 'write',
  input: FaultRuleInput,
  async run({ cloud, input, commit }): Promise<{ id: string }> {
    const { id } = await cloud.faults.add(input);
    return commit(async () => ({ id }));
  },
});

export const removeFaultRule = defineOperation({
  name: 'faults.remove',
  permission: 'cloudyard:faults:delete',
  access: 'write',
  input: z.object({ id: z.string() }),
  async run({ cloud, input: { id }, commit }): Promise<{ removed: boolean }> {
    const removed = await cloud.faults.remove(id);
    return commit(async () => ({ removed }));
  },
});

const QuotaName = z.enum([
  'images',
  'servers',
  'cores',
  'ram',
  'keyPairs',
  'disks',
  'diskGigabytes',
  'snapshots',
  'vaults',
  'vaultGigabytes',
  'backups',
  'backupPolicies',
  'vpcs',
  'subnets',
  'ports',
  'securityGroups',
  'securityGroupRules',
  'publicAddresses',
] as const satisfies readonly QuotaResource[]);

/** What the caller's tenant uses and may use. */
export const listQuotas = defineOperation({
  name: 'quotas.list',
  permission: 'identity:self:list',
  access: 'read',
  input: z.object({}),
  async run({ cloud, caller }): Promise<{ resource: string; used: number; limit: number }[]> {
    const rows = await cloud.database.read.quota.findMany({ where: { tenantId: caller.tenantId } });
    return QuotaName.options.map(resource => {
      const row = rows.find(one => one.resource === resource);
      return { resource, used: row?.used ?? 0, limit: row?.limit ?? cloud.config.quotas[resource] };
    });
  },
});

/** Sets a tenant's limit: -1 is none, null brings back the cloud's default. */
export const setQuota = defineOperation({
  name: 'quotas.set',
  permission: 'cloudyard:quotas:update',
  access: 'write',
  input: z.object({ tenantId: z.string(), resource: QuotaName, limit: z.number().int().min(-1).nullable() }),
  run: ({ input: { tenantId, resource, limit }, commit }): Promise<{ tenantId: string; resource: string }> =>
    commit(async tx => {
      const where = { tenantId_resource: { tenantId, resource } };
      await tx.db.quota.upsert({ where, create: { tenantId, resource, limit }, update: { limit } });
      return { tenantId, resource };
    }),
});
