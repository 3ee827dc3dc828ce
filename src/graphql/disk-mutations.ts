import { attachDisk } from '../../emulator/disks/operations/attach-disk.ts';
import { createDisks } from '../../emulator/disks/operations/create-disks.ts';
import { deleteDisks } from '../../emulator/disks/operations/delete-disks.ts';
import { detachDisk } from '../../emulator/disks/operations/detach-disk.ts';
import { extendDisk } from '../../emulator/disks/operations/extend-disk.ts';
import { retypeDisk } from '../../emulator/disks/operations/retype-disk.ts';
import { setDiskBootable, setDiskReadOnly } from '../../emulator/disks/operations/set-disk-flags.ts';
import { deleteDiskTags, setDiskTags } from '../../emulator/disks/operations/tag-disk.ts';
import { updateAttachment } from '../../emulator/disks/operations/update-attachment.ts';
import { updateDisk } from '../../emulator/disks/operations/update-disk.ts';
import { diskOfAnswer, disksOfAnswer, jobOfAnswer, serverOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { globalId, readId, readIds } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { TagInput } from './tag.ts';

const DiskMetadataInput = builder.inputType('DiskMetadataInput', {
  description: 'A pair to keep with a disk.',
  fields: t => ({
    key: t.string({ required: true, description: 'Its key.' }),
    value: t.string({ required: true, description: 'Its value.' }),
  }),
});

addMutation('createDisks', {
  description:
    'Makes disks: empty, or of an image, a snapshot or a backup. They are there at once, in CREATING; a job makes them, with a sub-job for each of several.',
  input: t => ({
    name: t.string({
      required: true,
      description: 'Name, up to 64 characters; several disks are called `name-0001`, `name-0002`, …',
    }),
    count: t.int({ description: 'How many, up to 100; 1 without it.' }),
    size: t.int({
      description:
        'Size in GiB: 10 to 32768, up to 1024 where a server boots from it. Without it that of what the disk is made of.',
    }),
    type: t.field({ type: enums.DiskType, description: 'Its type; that of the snapshot or SSD without it.' }),
    availabilityZone: t.string({
      description: 'The zone; that of the snapshot, the backup or the server, else the first of the region without it.',
    }),
    imageId: t.id({
      description: 'A system image (then a server boots from the disk) or a data disk image to make it of.',
    }),
    snapshotId: t.id({ description: 'A snapshot to make it of, instead of an image.' }),
    backupId: t.id({ description: 'A backup of a disk to make it of, instead of an image.' }),
    fileSystem: t.field({ type: enums.FileSystem, description: 'What to format an empty disk with; nothing without it.' }),
    shareable: t.boolean({
      description:
        'Whether several servers may have it at once; only where the cloud has the capability `sharedDisks`. Without it as the disk was that a backup is of.',
    }),
    deviceType: t.field({
      type: enums.DiskDeviceType,
      description: 'How it is connected; without it as the disk was that a backup is of, else VBD.',
    }),
    serverId: t.id({ description: 'A server that gets the disk as soon as it is there; for a single disk.' }),
    device: t.string({ description: 'Where that server finds it, `/dev/vdc`; the first free device without it.' }),
    metadata: t.field({ type: [DiskMetadataInput], description: 'Pairs to keep with it.' }),
    tags: t.field({ type: [TagInput], description: 'Tags; up to 10.' }),
    description: t.string({ description: 'Words of yours, up to 255 characters.' }),
  }),
  run: (session, { count, imageId, snapshotId, backupId, serverId, shareable, deviceType, metadata, tags, ...rest }, options) =>
    session.run(
      createDisks,
      {
        ...rest,
        count: count ?? undefined,
        imageId: imageId && readId.image(imageId, 'imageId'),
        snapshotId: snapshotId && readId.diskSnapshot(snapshotId, 'snapshotId'),
        backupId: backupId && readId.backup(backupId, 'backupId'),
        serverId: serverId && readId.server(serverId, 'serverId'),
        shareable: shareable ?? undefined,
        deviceType: deviceType ?? undefined,
        metadata: metadata ? Object.fromEntries(metadata.map(({ key, value }) => [key, value])) : undefined,
        tags: tags?.map(withoutNulls),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), disks: t.field(disksOfAnswer) }),
});

addMutation('updateDisk', {
  description: 'Renames or describes a disk. What is left out stays.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    name: t.string({ description: 'Another name.' }),
    description: t.string({ description: 'Other words; null for none.' }),
  }),
  run: (session, { diskId, name, description }, options) =>
    session.run(updateDisk, { diskId: readId.disk(diskId, 'diskId'), name: name ?? undefined, description }, options),
  payload: t => ({ disk: t.field(diskOfAnswer) }),
});

addMutation('extendDisk', {
  description:
    'Makes a disk larger, with the file system on it, also in a running server. The disk that a server boots from is extended while that is off.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    size: t.int({ required: true, description: 'The new size in GiB, larger than the old one.' }),
  }),
  run: (session, { diskId, size }, options) => session.run(extendDisk, { diskId: readId.disk(diskId, 'diskId'), size }, options),
  payload: t => ({ job: t.field(jobOfAnswer), disk: t.field(diskOfAnswer) }),
});

addMutation('retypeDisk', {
  description: 'Gives a disk a higher type.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    type: t.field({ type: enums.DiskType, required: true, description: 'The new type: see `diskTypes` for their order.' }),
  }),
  run: (session, { diskId, type }, options) => session.run(retypeDisk, { diskId: readId.disk(diskId, 'diskId'), type }, options),
  payload: t => ({ job: t.field(jobOfAnswer), disk: t.field(diskOfAnswer) }),
});

addMutation('deleteDisks', {
  description: 'Deletes disks that no server has, with their snapshots. Images and backups that were made of them stay.',
  input: t => ({
    diskIds: t.idList({ required: true, description: 'The disks; up to 100.' }),
    cascade: t.boolean({ description: 'False refuses a disk that has snapshots.' }),
  }),
  run: (session, { diskIds, cascade }, options) =>
    session.run(deleteDisks, { diskIds: readIds(readId.disk, diskIds, 'diskIds'), cascade: cascade ?? undefined }, options),
  payload: t => ({
    job: t.field(jobOfAnswer),
    deletedDiskIds: t.idList({
      description: 'Global ids of what goes.',
      resolve: ({ diskIds }) => diskIds.map(id => globalId('Disk', id)),
    }),
  }),
});

addMutation('attachDisk', {
  description: 'Attaches a disk to a server in the same zone, running or off. A server that is off finds it at its next start.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    serverId: t.id({ required: true, description: 'The server.' }),
    device: t.string({ description: 'Where the server finds it, `/dev/vdc`; the first free device without it.' }),
    readOnly: t.boolean({ description: 'Whether the server may only read it.' }),
    fileSystem: t.field({ type: enums.FileSystem, description: 'What to format the disk with first, which has to be empty.' }),
  }),
  run: (session, { diskId, serverId, readOnly, ...rest }, options) =>
    session.run(attachDisk, { ...rest, ...diskAndServer({ diskId, serverId }), readOnly: readOnly ?? undefined }, options),
  payload: t => ({ job: t.field(jobOfAnswer), disk: t.field(diskOfAnswer), server: t.field(serverOfAnswer) }),
});

addMutation('detachDisk', {
  description: 'Takes a data disk away from a server. What it holds stays.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    serverId: t.id({ required: true, description: 'The server.' }),
    force: t.boolean({
      description:
        'Whether it goes also while something in the server uses it: that then writes into the void. Else the job fails.',
    }),
  }),
  run: (session, { diskId, serverId, force }, options) =>
    session.run(detachDisk, { ...diskAndServer({ diskId, serverId }), force: force ?? undefined }, options),
  payload: t => ({ job: t.field(jobOfAnswer), disk: t.field(diskOfAnswer), server: t.field(serverOfAnswer) }),
});

addMutation('updateDiskAttachment', {
  description: 'Says whether a data disk goes with a server that has it, when that is deleted.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    serverId: t.id({ required: true, description: 'The server.' }),
    deleteOnTermination: t.boolean({ required: true, description: 'Whether it goes with the server.' }),
  }),
  run: (session, { deleteOnTermination, ...which }, options) =>
    session.run(updateAttachment, { ...diskAndServer(which), deleteOnTermination }, options),
  payload: t => ({ disk: t.field(diskOfAnswer), server: t.field(serverOfAnswer) }),
});

addMutation('setDiskReadOnly', {
  description: 'Says whether servers may only read a disk. Only while none has it.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    readOnly: t.boolean({ required: true, description: 'Whether they may only read it.' }),
  }),
  run: (session, { diskId, readOnly }, options) =>
    session.run(setDiskReadOnly, { diskId: readId.disk(diskId, 'diskId'), readOnly }, options),
  payload: t => ({ disk: t.field(diskOfAnswer) }),
});

addMutation('setDiskBootable', {
  description: 'Says whether a system is on a disk. What it holds stays as it is.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    bootable: t.boolean({ required: true, description: 'Whether a server boots from it.' }),
  }),
  run: (session, { diskId, bootable }, options) =>
    session.run(setDiskBootable, { diskId: readId.disk(diskId, 'diskId'), bootable }, options),
  payload: t => ({ disk: t.field(diskOfAnswer) }),
});

addMutation('setDiskTags', {
  description: 'Adds tags to a disk; a key that is there gets the new value.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    tags: t.field({ type: [TagInput], required: true, description: 'The tags.' }),
  }),
  run: (session, { diskId, tags }, options) =>
    session.run(setDiskTags, { diskId: readId.disk(diskId, 'diskId'), tags: tags.map(withoutNulls) }, options),
  payload: t => ({ disk: t.field(diskOfAnswer) }),
});

addMutation('deleteDiskTags', {
  description: 'Takes tags off a disk; keys that it does not have are ignored.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    keys: t.stringList({ required: true, description: 'Names of the tags.' }),
  }),
  run: (session, { diskId, keys }, options) =>
    session.run(deleteDiskTags, { diskId: readId.disk(diskId, 'diskId'), keys }, options),
  payload: t => ({ disk: t.field(diskOfAnswer) }),
});

const diskAndServer = ({ diskId, serverId }: { diskId: string; serverId: string }) => ({
  diskId: readId.disk(diskId, 'diskId'),
  serverId: readId.server(serverId, 'serverId'),
});
