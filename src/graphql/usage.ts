/** What things take on disk. */
import type { DiskUsage } from '../../emulator/store/disks/disk-store.ts';
import {
  describeDiskUsage,
  describeImageUsage,
  describeTenantUsage,
  describeVaultUsage,
  type TenantUsage,
} from '../../emulator/usage/operations.ts';
import { builder } from './builder.ts';
import { DiskRef, ImageRef, VaultRef } from './refs.ts';

/** Block maps are read for it. */
const USAGE_COST = 20;
const TENANT_COST = 100;

const DiskUsageRef = builder.objectRef<DiskUsage>('DiskUsage').implement({
  description: 'What something takes on disk.',
  fields: t => ({
    logical: t.expose('logical', { type: 'Bytes', description: 'The size that it appears to have.' }),
    stored: t.expose('stored', {
      type: 'Bytes',
      description: 'What of it is stored; holes are not. What several share counts once.',
    }),
    shared: t.expose('shared', { type: 'Bytes', description: 'What of that others use too, and would stay without it.' }),
  }),
});

const TenantUsageRef = builder.objectRef<TenantUsage>('TenantUsage').implement({
  description: 'What a tenant takes on disk, by what it belongs to.',
  fields: t => ({
    disks: t.field({ type: DiskUsageRef, description: 'Its disks, those of servers included.', resolve: ({ disks }) => disks }),
    snapshots: t.field({ type: DiskUsageRef, description: 'Snapshots of its disks.', resolve: ({ snapshots }) => snapshots }),
    images: t.field({ type: DiskUsageRef, description: 'Its private images.', resolve: ({ images }) => images }),
    backups: t.field({
      type: DiskUsageRef,
      description: 'Its backups, and the images that stand on them.',
      resolve: ({ backups }) => backups,
    }),
    total: t.field({
      type: DiskUsageRef,
      description: 'All of it; what they share counts once.',
      resolve: ({ total }) => total,
    }),
  }),
});

builder.objectFields(ImageRef, t => ({
  usage: t.field({
    type: DiskUsageRef,
    nullable: true,
    description: 'What it takes on disk.',
    complexity: USAGE_COST,
    resolve: ({ id }, _args, { session }) => session.run(describeImageUsage, { imageId: id }),
  }),
}));

builder.objectFields(DiskRef, t => ({
  usage: t.field({
    type: DiskUsageRef,
    nullable: true,
    description: 'What it takes on disk.',
    complexity: USAGE_COST,
    resolve: ({ id }, _args, { session }) => session.run(describeDiskUsage, { diskId: id }),
  }),
}));

builder.objectFields(VaultRef, t => ({
  usage: t.field({
    type: DiskUsageRef,
    nullable: true,
    description: 'What its backups take on disk.',
    complexity: USAGE_COST,
    resolve: ({ id }, _args, { session }) => session.run(describeVaultUsage, { vaultId: id }),
  }),
}));

builder.queryFields(t => ({
  usage: t.field({
    type: TenantUsageRef,
    description: 'What the caller’s tenant takes on disk.',
    complexity: TENANT_COST,
    resolve: (_root, _args, { session }) => session.run(describeTenantUsage, {}),
  }),
}));
