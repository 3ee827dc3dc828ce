import {
  advanceClock,
  type CloudDescription,
  describeCloud,
  listQuotas,
  setClock,
  setQuota,
} from '../../emulator/administration/operations.ts';
import { builder } from './builder.ts';
import { readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { RegionRef, TenantRef } from './refs.ts';

const HardwareKind = builder.enumType('HardwareKind', {
  description: 'What servers and disks are made of.',
  values: {
    EMBEDDED: { value: 'embedded', description: 'Node alone: real bytes, servers without processes.' },
    DOCKER: { value: 'docker', description: 'Containers that boot from their disks.' },
  } as const,
});

const HardwareState = builder.enumType('HardwareState', {
  description: 'Whether the hardware can work now.',
  values: {
    READY: { value: 'ready', description: 'It can.' },
    PREPARING: { value: 'preparing', description: 'What it needs is being made; jobs wait for it.' },
    UNAVAILABLE: {
      value: 'unavailable',
      description: 'It does not answer. Reading works, actions are refused; it is being reconnected.',
    },
  } as const,
});

const ClockMode = builder.enumType('ClockMode', {
  description: 'How the cloud’s time goes.',
  values: {
    INSTANT: { value: 'instant', description: 'Real time; jobs wait for nothing.' },
    PACED: { value: 'paced', description: 'Real time; the steps of jobs take as long as on the real cloud, times the factor.' },
    VIRTUAL: { value: 'virtual', description: 'It stands still until it is advanced.' },
  } as const,
});

const CapabilityRef = builder.objectRef<CloudDescription['capabilities'][number]>('Capability').implement({
  description: 'Something that the hardware can do here, found out by trial, or cannot.',
  fields: t => ({
    name: t.exposeString('name', { description: '`exec`, `ssh`, `console`, …' }),
    available: t.exposeBoolean('available', { description: 'Whether it can.' }),
    reason: t.string({ nullable: true, description: 'Why not, or how far.', resolve: ({ reason }) => reason }),
  }),
});

const ClockRef = builder.objectRef<CloudDescription['clock']>('Clock').implement({
  description: 'The cloud’s time: it stamps records, lets tokens expire and paces jobs.',
  fields: t => ({
    mode: t.expose('mode', { type: ClockMode, description: 'How it goes.' }),
    factor: t.exposeFloat('factor', { description: 'For PACED: 1 is the real cloud’s time, 0.1 a tenth of it.' }),
    now: t.expose('now', { type: 'DateTime', description: 'The present moment.' }),
  }),
});

const CloudRef = builder.objectRef<CloudDescription>('Cloud').implement({
  description: 'The local cloud itself.',
  fields: t => ({
    uuid: t.exposeString('id', { description: 'Its id: stays the same as long as its state does.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    hardware: t.expose('hardware', { type: HardwareKind, description: 'What servers and disks are made of.' }),
    hardwareReason: t.exposeString('hardwareReason', { description: 'Why this hardware was chosen.' }),
    hardwareState: t.field({
      type: HardwareState,
      description: 'Whether the hardware can work now.',
      resolve: ({ hardwareStatus }) => hardwareStatus.state,
    }),
    hardwareStateReason: t.string({
      nullable: true,
      description: 'Why it cannot work now.',
      resolve: ({ hardwareStatus }) => hardwareStatus.reason,
    }),
    capabilities: t.field({
      type: [CapabilityRef],
      description: 'What the hardware can do here, and what it cannot.',
      resolve: ({ capabilities }) => [...capabilities],
    }),
    clock: t.expose('clock', { type: ClockRef, description: 'Its time.' }),
  }),
});

RegionRef.implement({
  description: 'A region: a place of the cloud with zones of its own.',
  fields: t => ({
    name: t.exposeString('id', { description: '`eu-de`' }),
    title: t.exposeString('name', { description: 'What people call it.' }),
    zones: t.stringList({ description: 'Its availability zones: `eu-de-01`, …', resolve: ({ zones }) => [...zones] }),
  }),
});

type QuotaView = Awaited<ReturnType<typeof listQuotas.run>>[number];

const QuotaRef = builder.objectRef<QuotaView>('Quota').implement({
  description: 'How much of something a tenant has and may have.',
  fields: t => ({
    resource: t.exposeString('resource', {
      description: 'Of what, in the spelling of the configuration: `diskGigabytes` is the `DISK_GIGABYTES` of `QuotaResource`.',
    }),
    used: t.exposeInt('used', { description: 'How much there is.' }),
    limit: t.exposeInt('limit', { description: 'How much there may be; -1 for any amount.' }),
  }),
});

builder.queryFields(t => ({
  cloud: t.field({
    type: CloudRef,
    description: 'The local cloud itself: hardware, capabilities, clock.',
    resolve: (_root, _args, { session }) => session.run(describeCloud, {}),
  }),
  regions: t.field({
    type: [RegionRef],
    description: 'The regions with their availability zones.',
    resolve: async (_root, _args, { session }) => [...(await session.run(describeCloud, {})).regions],
  }),
  quotas: t.field({
    type: [QuotaRef],
    description: 'What the caller’s tenant uses, and may use.',
    resolve: (_root, _args, { session }) => session.run(listQuotas, {}),
  }),
}));

addMutation('setClock', {
  description: 'Changes how the cloud’s time goes. For the administrator.',
  input: t => ({
    mode: t.field({ type: ClockMode, required: true, description: 'How it goes from now on.' }),
    factor: t.float({ description: 'For PACED: 1 is the real cloud’s time, 0.1 a tenth of it.' }),
  }),
  run: (session, { mode, factor }, options) => session.run(setClock, { mode, factor: factor ?? undefined }, options),
  payload: t => ({
    clock: t.field({
      type: ClockRef,
      description: 'The clock as it goes now.',
      resolve: async (_answer, _args, { session }) => (await session.run(describeCloud, {})).clock,
    }),
  }),
});

addMutation('advanceClock', {
  description: 'Moves virtual time on; whatever waited for that time goes on. For the administrator.',
  input: t => ({ seconds: t.float({ required: true, description: 'By how much.' }) }),
  run: (session, { seconds }, options) => session.run(advanceClock, { seconds }, options),
  payload: t => ({
    now: t.field({ type: 'DateTime', description: 'The present moment.', resolve: ({ now }) => new Date(now) }),
  }),
});

const QuotaResource = builder.enumType('QuotaResource', {
  description: 'What a tenant’s limits are on.',
  values: {
    IMAGES: { value: 'images', description: 'Private images.' },
    SERVERS: { value: 'servers', description: 'Servers.' },
    CORES: { value: 'cores', description: 'vCPUs of all servers together.' },
    RAM: { value: 'ram', description: 'Memory of all servers together, in MiB.' },
    KEY_PAIRS: { value: 'keyPairs', description: 'Key pairs.' },
    DISKS: { value: 'disks', description: 'Disks, those of servers included.' },
    DISK_GIGABYTES: { value: 'diskGigabytes', description: 'GiB of all disks and snapshots together.' },
    SNAPSHOTS: { value: 'snapshots', description: 'Snapshots of disks.' },
    VAULTS: { value: 'vaults', description: 'Vaults.' },
    VAULT_GIGABYTES: { value: 'vaultGigabytes', description: 'GB of all vaults together.' },
    BACKUPS: { value: 'backups', description: 'Backups of servers and of disks.' },
    BACKUP_POLICIES: { value: 'backupPolicies', description: 'Backup policies.' },
    VPCS: { value: 'vpcs', description: 'VPCs.' },
    SUBNETS: { value: 'subnets', description: 'Subnets.' },
    PORTS: { value: 'ports', description: 'Ports, those of servers included.' },
    SECURITY_GROUPS: { value: 'securityGroups', description: 'Security groups.' },
    SECURITY_GROUP_RULES: { value: 'securityGroupRules', description: 'Rules of security groups.' },
    PUBLIC_ADDRESSES: { value: 'publicAddresses', description: 'Elastic IPs.' },
  } as const,
});

addMutation('setQuota', {
  description: 'Sets a tenant’s limit. For the administrator.',
  input: t => ({
    tenantId: t.id({ required: true, description: 'The tenant.' }),
    resource: t.field({ type: QuotaResource, required: true, description: 'On what.' }),
    limit: t.int({ description: 'How much there may be; -1 for any amount, null for the cloud’s default.' }),
  }),
  run: (session, { tenantId, resource, limit }, options) =>
    session.run(setQuota, { tenantId: readId.tenant(tenantId, 'tenantId'), resource, limit: limit ?? null }, options),
  payload: t => ({
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant.',
      resolve: ({ tenantId }, _args, { session }) => session.loaders.tenants.load(tenantId),
    }),
  }),
});
