import { getImage } from '../../emulator/images/operations/get-image.ts';
import { countImages, listImages } from '../../emulator/images/operations/list-images.ts';
import { objectOf } from '../../emulator/jobs/job.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf, totalCount } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { BackupRef, DiskRef, HasFilesRef, ImageMemberRef, ImageRef, NodeRef, ServerRef, TenantRef } from './refs.ts';
import { TagRef } from './tag.ts';

ImageRef.implement({
  description: 'An image: a disk that no longer changes, and what is known of the system on it.',
  interfaces: [NodeRef, HasFilesRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Image:<uuid>`.', resolve: image => globalId('Image', image.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name; several images may have the same.' }),
    status: t.expose('status', { type: enums.ImageStatus, description: 'Where it is in its life.' }),
    visibility: t.expose('visibility', { type: enums.ImageVisibility, description: 'Who it is for.' }),
    relation: t.field({
      type: enums.ImageRelation,
      description: 'What it is to the caller.',
      resolve: (image, _args, { session }) => {
        if (image.visibility === 'PUBLIC') return 'PUBLIC';
        return image.ownerId === session.requireCaller().tenantId ? 'OWN' : 'SHARED';
      },
    }),
    kind: t.expose('kind', { type: enums.ImageKind, description: 'What it is made of.' }),
    protected: t.exposeBoolean('protected', { description: 'Whether a delete is refused.' }),
    description: t.exposeString('description', { nullable: true, description: 'Words of its owner.' }),
    osType: t.expose('osType', { type: enums.OsType, description: 'Family of its operating system.' }),
    osVersion: t.exposeString('osVersion', { description: 'The system, as the service spells it: `Ubuntu 22.04 server 64bit`.' }),
    osBit: t.int({ description: 'Word size of the system: 32 or 64.', resolve: ({ osBit }) => Number(osBit) }),
    platform: t.exposeString('platform', { description: 'Name of the distribution: `Ubuntu`, `Debian`, …' }),
    architecture: t.expose('architecture', { type: enums.Architecture, description: 'Processor that it is for.' }),
    firmware: t.expose('firmware', { type: enums.Firmware, description: 'How it boots.' }),
    minDisk: t.exposeInt('minDisk', { description: 'Smallest disk that it fits on, in GiB; of a full-ECS image: system disk.' }),
    minRam: t.exposeInt('minRam', { description: 'Least memory of a flavor for it, in MiB; 0 for any.' }),
    maxRam: t.exposeInt('maxRam', { nullable: true, description: 'Most memory of a flavor for it, in MiB; null for any.' }),
    diskFormat: t.exposeString('diskFormat', { description: 'Format under which the service lists it.' }),
    size: t.field({ type: 'Bytes', description: 'Bytes stored for it.', resolve: ({ sizeBytes }) => sizeBytes }),
    virtualSize: t.expose('virtualSize', { type: 'Bytes', description: 'Size of its disk.' }),
    checksum: t.exposeString('checksum', {
      nullable: true,
      description: 'SHA-256 over the SHA-256 digests of its 1 MiB pieces; null until its bytes have been checked.',
    }),
    content: t.expose('content', { type: enums.ImageContent, description: 'What bytes are behind it.' }),
    contentNote: t.exposeString('contentNote', { nullable: true, description: 'Why its content is a placeholder.' }),
    loginUser: t.exposeString('loginUser', { nullable: true, description: 'Whom key and password are for.' }),
    userData: t.exposeBoolean('userData', {
      description: 'Whether keys, password and user data are injected at the first boot.',
    }),
    diskHotSwap: t.exposeBoolean('diskHotSwap', {
      description: 'Whether disks can be attached and detached while a server of it runs.',
    }),
    attributes: t.field({
      type: 'JSON',
      description: 'Further attributes in the service’s spelling: `__support_kvm`, `__os_feature_list`, …',
      resolve: ({ attributes }) => objectOf(attributes),
    }),
    dataOrigin: t.exposeString('dataOrigin', { nullable: true, description: 'What it was made from: `instance,<id>`.' }),
    sourceImage: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The image of the server that it was made from, if it is still there for the caller.',
      resolve: ({ sourceImageId }, _args, { session }) => (sourceImageId ? session.loaders.images.load(sourceImageId) : null),
    }),
    sourceServer: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server that it was made from, if it is still there for the caller.',
      resolve: ({ sourceServerId }, _args, { session }) => (sourceServerId ? session.loaders.servers.load(sourceServerId) : null),
    }),
    sourceDisk: t.field({
      type: DiskRef,
      nullable: true,
      description:
        'The disk that it was made from, or the system disk of a full-ECS image’s server, if it is still there for the caller.',
      resolve: ({ sourceDiskId }, _args, { session }) => (sourceDiskId ? session.loaders.disks.load(sourceDiskId) : null),
    }),
    backupUuid: t.exposeString('backupId', {
      nullable: true,
      description: 'Id in the cloud of the backup that a full-ECS image stands on: its bytes are the backup’s.',
    }),
    backup: t.field({
      type: BackupRef,
      nullable: true,
      description: 'The backup that a full-ECS image stands on, if the caller may see it.',
      resolve: ({ backupId }, _args, { session }) => (backupId === null ? null : session.loaders.backups.load(backupId)),
    }),
    damage: t.exposeString('damage', {
      nullable: true,
      description: 'What is wrong with its bytes; nothing is made of it then.',
    }),
    owner: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant that made it; the operator’s for public images.',
      resolve: ({ ownerId }, _args, { session }) => session.loaders.tenants.load(ownerId),
    }),
    tags: t.field({
      type: [TagRef],
      description: 'Its tags, sorted by key.',
      resolve: ({ id }, _args, { session }) => session.loaders.imageTags.load(id),
    }),
    members: t.field({
      type: [ImageMemberRef],
      description: 'Who it is shared with. The owner sees all of them, a member itself, everyone else nobody.',
      resolve: ({ id }, _args, { session }) => session.loaders.imageMembers.load(id),
    }),
    memberStatus: t.field({
      type: enums.MemberStatus,
      nullable: true,
      description: 'What the caller’s tenant has answered, if it is shared with it.',
      resolve: async ({ id }, _args, { session }) => {
        const { tenantId } = session.requireCaller();
        const members = await session.loaders.imageMembers.load(id);
        return members.find(member => member.tenantId === tenantId)?.status;
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
    activeAt: t.expose('activeAt', { type: 'DateTime', nullable: true, description: 'When it became active.' }),
  }),
});

ImageMemberRef.implement({
  description: 'A tenant that an image is shared with.',
  fields: t => ({
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant.',
      resolve: ({ tenantId }, _args, { session }) => session.loaders.tenants.load(tenantId),
    }),
    status: t.expose('status', { type: enums.MemberStatus, description: 'What it has answered.' }),
    vaultUuid: t.string({
      nullable: true,
      description: 'Id in the cloud of the vault that it has named for a full-ECS image; only it sees which.',
      resolve: ({ tenantId, vaultId }, _args, { session }) => (session.requireCaller().tenantId === tenantId ? vaultId : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the image was shared with it.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it answered last.' }),
  }),
});

const ImageTagFilter = builder.inputType('ImageTagFilter', {
  description: 'A tag that an image has.',
  fields: t => ({
    key: t.string({ required: true, description: 'Its name.' }),
    value: t.string({ description: 'Its value; nothing for any.' }),
  }),
});

const ImageFilter = builder.inputType('ImageFilter', {
  description: 'Which images; all that is given has to fit.',
  fields: t => ({
    id: t.id({ description: 'The one with this id.' }),
    name: t.string({ description: 'With exactly this name.' }),
    relation: t.field({
      type: enums.ImageRelation,
      description: 'What they are to the caller. SHARED are the accepted ones unless `memberStatus` says otherwise.',
    }),
    memberStatus: t.field({ type: enums.MemberStatus, description: 'Shared with the caller’s tenant, with this answer.' }),
    status: t.field({ type: enums.ListedImageStatus, description: 'In this status.' }),
    kind: t.field({ type: enums.ImageKind, description: 'Made of this.' }),
    wholeImage: t.boolean({ description: 'Of all disks of a server, or not.' }),
    osType: t.field({ type: enums.OsType, description: 'With a system of this family.' }),
    osVersion: t.string({ description: 'With exactly this system: `Ubuntu 22.04 server 64bit`.' }),
    platform: t.string({ description: 'Of exactly this distribution: `Ubuntu`.' }),
    architecture: t.field({ type: enums.Architecture, description: 'For this processor.' }),
    protected: t.boolean({ description: 'Protected from deletion, or not.' }),
    userData: t.boolean({ description: 'With injection of keys, password and user data, or without.' }),
    diskHotSwap: t.boolean({ description: 'With disks that can be attached while it runs, or without.' }),
    tags: t.field({ type: [ImageTagFilter], description: 'With all of these tags; up to 10.' }),
  }),
});

const ImageOrder = builder.inputType('ImageOrder', {
  description: 'How images are sorted; without it the newest first.',
  fields: t => ({
    by: t.field({ type: enums.ImageOrderKey, required: true, description: 'By what.' }),
    direction: t.field({ type: enums.OrderDirection, required: true, description: 'Which way.' }),
  }),
});

builder.queryFields(t => ({
  image: t.field({
    type: ImageRef,
    nullable: true,
    description: 'An image; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getImage, { imageId: readId.image(id) })),
  }),
  images: t.connection(
    {
      type: ImageRef,
      description: 'The images that the caller sees: public, own, and shared ones that it accepted.',
      args: {
        filter: t.arg({ type: ImageFilter, description: 'Which ones.' }),
        orderBy: t.arg({ type: ImageOrder, description: 'How they are sorted.' }),
      },
      complexity: pageCost,
      resolve: async (_root, { filter, orderBy, ...page }, { session }) => {
        const { id, tags, ...rest } = withoutNulls(filter ?? {});
        const which = { ...rest, id: id && readId.image(id, 'filter.id'), tags: tags?.map(withoutNulls) };
        const images = await session.run(listImages, { filter: which, order: orderBy ?? undefined, page });
        return pageConnection(images, () => session.run(countImages, { filter: which }));
      },
    },
    {
      ...connectionOf('Image', 'images'),
      fields: t => ({ totalCount: t.int(totalCount) }),
    },
    edgeOf('Image'),
  ),
}));
