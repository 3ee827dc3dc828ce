import { createDataImages } from '../../emulator/images/operations/create-data-images.ts';
import { createImage } from '../../emulator/images/operations/create-image.ts';
import { createImageFromDisk } from '../../emulator/images/operations/create-image-from-disk.ts';
import { createWholeImage } from '../../emulator/images/operations/create-whole-image.ts';
import { createWholeImageFromBackup } from '../../emulator/images/operations/create-whole-image-from-backup.ts';
import { imageOfAnswer, imagesOfAnswer, jobOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { TagInput } from './tag.ts';

const NAME = 'Name of the image: 1 to 128 letters, digits, spaces, `-`, `.` and `_`.';
const DESCRIPTION = 'Words of yours, up to 1024 characters.';
const TAGS = 'Its tags; up to 10.';
const MIN_RAM = 'Least memory of a flavor for it, in MiB.';
const MAX_RAM = 'Most memory of a flavor for it, in MiB.';

addMutation('createImage', {
  description:
    'Makes a system disk image of a server, running or stopped: its disk as of one moment. The image is there at once and becomes ACTIVE when all of its bytes have been checked.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    name: t.string({ required: true, description: NAME }),
    description: t.string({ description: DESCRIPTION }),
    tags: t.field({ type: [TagInput], description: TAGS }),
    minRam: t.int({ description: MIN_RAM }),
    maxRam: t.int({ description: MAX_RAM }),
  }),
  run: (session, { serverId, tags, ...rest }, options) =>
    session.run(
      createImage,
      { ...withoutNulls(rest), serverId: readId.server(serverId, 'serverId'), tags: tags?.map(withoutNulls) },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), image: t.field(imageOfAnswer) }),
});

addMutation('createImageFromDisk', {
  description:
    'Makes a system disk image of a data disk that holds an operating system and is attached to a server, running or stopped. What is found on the disk counts more than what is said of it; a disk without a system is refused by the job.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The data disk.' }),
    type: t.field({
      type: enums.ImageType,
      description:
        'The machines that the image is for. Without it as the disk is: BMS with a partition table or made of what a bare-metal server boots from, else ECS. A disk that does not fit is refused by the job.',
    }),
    osVersion: t.string({
      required: true,
      description: 'The system on it, as the service spells it: `Ubuntu 22.04 server 64bit`.',
    }),
    name: t.string({ required: true, description: NAME }),
    description: t.string({ description: DESCRIPTION }),
    tags: t.field({ type: [TagInput], description: TAGS }),
    minRam: t.int({ description: MIN_RAM }),
    maxRam: t.int({ description: MAX_RAM }),
  }),
  run: (session, { diskId, tags, ...rest }, options) =>
    session.run(
      createImageFromDisk,
      { ...withoutNulls(rest), diskId: readId.disk(diskId, 'diskId'), tags: tags?.map(withoutNulls) },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), image: t.field(imageOfAnswer) }),
});

const DataImageInput = builder.inputType('DataImageInput', {
  description: 'A data disk image that is to be made.',
  fields: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    name: t.string({ required: true, description: NAME }),
    description: t.string({ description: DESCRIPTION }),
    tags: t.field({ type: [TagInput], description: TAGS }),
  }),
});

addMutation('createDataImages', {
  description:
    'Makes data disk images of disks that are attached to one server, running or stopped: all of them as of one moment, in one job with a sub-job for each.',
  input: t => ({
    dataImages: t.field({ type: [DataImageInput], required: true, description: 'The images; up to 59.' }),
  }),
  run: (session, { dataImages }, options) =>
    session.run(
      createDataImages,
      {
        dataImages: dataImages.map(({ diskId, tags, ...rest }, index) => ({
          ...withoutNulls(rest),
          diskId: readId.disk(diskId, `dataImages.${index}.diskId`),
          tags: tags?.map(withoutNulls),
        })),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), images: t.field(imagesOfAnswer) }),
});

addMutation('createWholeImage', {
  description:
    'Makes a full-ECS image of a server, running or stopped: a backup of all its disks as of one moment in a vault, which stores only what changed since the one before, and the image on it. It is ACTIVE as soon as the disks are copied; its checksums follow. A server that is in no vault is put into this one.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    vaultId: t.id({ required: true, description: 'The vault for its backup: one for servers, with room for it.' }),
    name: t.string({ required: true, description: NAME }),
    description: t.string({ description: DESCRIPTION }),
    tags: t.field({ type: [TagInput], description: TAGS }),
    minRam: t.int({ description: MIN_RAM }),
    maxRam: t.int({ description: MAX_RAM }),
  }),
  run: (session, { serverId, vaultId, tags, ...rest }, options) =>
    session.run(
      createWholeImage,
      {
        ...withoutNulls(rest),
        serverId: readId.server(serverId, 'serverId'),
        vaultId: readId.vault(vaultId, 'vaultId'),
        tags: tags?.map(withoutNulls),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), image: t.field(imageOfAnswer) }),
});

addMutation('createWholeImageFromBackup', {
  description:
    'Makes a full-ECS image of a backup of a server: one of your own, or one that is shared with you and accepted. Nothing is copied; a backup gives one image.',
  input: t => ({
    backupId: t.id({ required: true, description: 'The backup of a server, with its system disk.' }),
    name: t.string({ required: true, description: NAME }),
    description: t.string({ description: DESCRIPTION }),
    tags: t.field({ type: [TagInput], description: TAGS }),
    minRam: t.int({ description: MIN_RAM }),
    maxRam: t.int({ description: MAX_RAM }),
  }),
  run: (session, { backupId, tags, ...rest }, options) =>
    session.run(
      createWholeImageFromBackup,
      { ...withoutNulls(rest), backupId: readId.backup(backupId, 'backupId'), tags: tags?.map(withoutNulls) },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), image: t.field(imageOfAnswer) }),
});
