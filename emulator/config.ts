import { z } from 'zod';
import { backupLimits } from './backups/rules.ts';
import { diskLimits } from './disks/rules.ts';
import { imageLimits } from './images/rules.ts';
import { isLoopbackRange } from './networks/ranges.ts';
import { networkLimits } from './networks/rules.ts';
import { defaultRegions } from './regions.ts';
import { serverLimits } from './servers/rules.ts';
import { GIB } from './units.ts';

/** 32 hexadecimal digits, as the service's ids of domains, projects and users. */
const Hex32 = z.string().regex(/^[0-9a-f]{32}$/);
const Name = z.string().min(1).max(64);

const UserSpec = z.strictObject({
  name: Name,
  id: Hex32.optional(),
  password: z.string().min(1).max(256).optional(),
  role: z.enum(['ADMINISTRATOR', 'TENANT_ADMIN', 'READER']).default('TENANT_ADMIN'),
  /** Fixed bearer tokens, by region. They do not expire; they and the user's password count as demo credentials: loopback only. */
  tokens: z.record(z.string(), z.string().min(8).max(256)).default({}),
});

const DomainSpec = z.strictObject({
  name: Name,
  id: Hex32.optional(),
  /** Ids of the domain's projects, by region; random where not given. Every domain has a project in each region. */
  tenants: z.record(z.string(), Hex32).default({}),
  users: z.array(UserSpec).min(1),
});
export type DomainSpec = z.infer<typeof DomainSpec>;

const RegionSpec = z.strictObject({ id: Name, name: z.string(), zones: z.array(Name).min(1) });

/** What a cloud is made of. Read from `cloudyard.config.{ts,js,json}` by the front ends; every field has a default. */
export const CloudConfig = z.strictObject({
  dialect: z.enum(['OTC', 'HW']).default('OTC'),
  regions: z
    .array(RegionSpec)
    .min(1)
    .default(defaultRegions.map(region => ({ ...region, zones: [...region.zones] }))),
  /** Domains to make besides the operator's own; without this the demo set. */
  domains: z.array(DomainSpec).optional(),
  /** Whether users with documented, fixed tokens are let in, by token or password. Front ends switch them off when they listen beyond loopback. */
  demoCredentials: z.boolean().default(true),
  tokenLifetimeSeconds: z
    .number()
    .int()
    .positive()
    .default(24 * 3600),
  clock: z
    .strictObject({ mode: z.enum(['instant', 'paced', 'virtual']).default('instant'), factor: z.number().positive().default(1) })
    .default({ mode: 'instant', factor: 1 }),
  /** How many events the log keeps at least. */
  eventsKept: z.number().int().min(100).default(200_000),
  /** Limits of a tenant unless the administrator sets others. RAM in MiB. */
  quotas: z
    .strictObject({
      images: z.number().int().min(0).default(imageLimits.quota.default),
      servers: z.number().int().min(0).default(serverLimits.quota.servers),
      cores: z.number().int().min(0).default(serverLimits.quota.cores),
      ram: z.number().int().min(0).default(serverLimits.quota.ram),
      keyPairs: z.number().int().min(0).default(serverLimits.quota.keyPairs),
      /** -1: no limit. */
      disks: z.number().int().min(-1).default(diskLimits.quota.disks),
      /** Of disks and snapshots. */
      diskGigabytes: z.number().int().min(-1).default(diskLimits.quota.gigabytes),
      snapshots: z.number().int().min(-1).default(diskLimits.quota.snapshots),
      vaults: z.number().int().min(-1).default(backupLimits.quota.vaults),
      /** The capacity of all vaults together. */
      vaultGigabytes: z.number().int().min(-1).default(backupLimits.quota.gigabytes),
      backups: z.number().int().min(-1).default(backupLimits.quota.backups),
      backupPolicies: z.number().int().min(-1).default(backupLimits.quota.policies),
      vpcs: z.number().int().min(-1).default(networkLimits.quota.vpcs),
      subnets: z.number().int().min(-1).default(networkLimits.quota.subnets),
      /** Those of servers included. */
      ports: z.number().int().min(-1).default(networkLimits.quota.ports),
      securityGroups: z.number().int().min(-1).default(networkLimits.quota.securityGroups),
      securityGroupRules: z.number().int().min(-1).default(networkLimits.quota.securityGroupRules),
      publicAddresses: z.number().int().min(-1).default(networkLimits.quota.publicAddresses),
    })
    .prefault({}),
  publicAddresses: z
    .strictObject({
      /** Where elastic IPs come from: loopback addresses, of at most 29 bits. */
      range: z.string().refine(isLoopbackRange).default('127.20.0.0/16'),
    })
    .prefault({}),
  disks: z
    .strictObject({
      /** Bytes that are left free on the machine, whatever is asked for. */
      floorBytes: z.number().int().min(0).default(GIB),
      /** Bytes that all disks together may take; without it what the machine has. */
      quotaBytes: z.number().int().positive().optional(),
    })
    .prefault({}),
  /** Loopback ports that servers' ssh is published on. */
  sshPorts: z
    .strictObject({ first: z.number().int().min(1024), last: z.number().int().max(65_535) })
    .default({ first: 22_000, last: 29_999 }),
});

export type CloudConfig = z.infer<typeof CloudConfig>;
export type CloudConfigInput = z.input<typeof CloudConfig>;
