import { deleteDiskSnapshot, rollBackDisk, updateDiskSnapshot } from '../../emulator/disks/operations/change-snapshot.ts';
import { createDiskSnapshot } from '../../emulator/disks/operations/create-snapshot.ts';
import { diskOfAnswer, jobOfAnswer, snapshotOfAnswer } from './answer-fields.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';

addMutation('createDiskSnapshot', {
  description: 'Keeps what a disk holds at one moment, also in a running server. The snapshot is there at once, in CREATING.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    name: t.string({ required: true, description: 'Name, up to 64 characters.' }),
    description: t.string({ description: 'Words of yours, up to 255 characters.' }),
  }),
  run: (session, { diskId, ...rest }, options) =>
    session.run(createDiskSnapshot, { ...rest, diskId: readId.disk(diskId, 'diskId') }, options),
  payload: t => ({ job: t.field(jobOfAnswer), snapshot: t.field(snapshotOfAnswer), disk: t.field(diskOfAnswer) }),
});

addMutation('updateDiskSnapshot', {
  description: 'Renames or describes a snapshot. What is left out stays.',
  input: t => ({
    snapshotId: t.id({ required: true, description: 'The snapshot.' }),
    name: t.string({ description: 'Another name.' }),
    description: t.string({ description: 'Other words; null for none.' }),
  }),
  run: (session, { snapshotId, name, description }, options) =>
    session.run(updateDiskSnapshot, { ...snapshotOf({ snapshotId }), name: name ?? undefined, description }, options),
  payload: t => ({ snapshot: t.field(snapshotOfAnswer) }),
});

addMutation('deleteDiskSnapshot', {
  description: 'Deletes a snapshot. Disks that were made of it stay.',
  input: t => ({ snapshotId: t.id({ required: true, description: 'The snapshot.' }) }),
  run: (session, input, options) => session.run(deleteDiskSnapshot, snapshotOf(input), options),
  payload: t => ({
    job: t.field(jobOfAnswer),
    deletedSnapshotId: t.id({
      description: 'Global id of what goes.',
      resolve: ({ snapshotId }) => globalId('DiskSnapshot', snapshotId),
    }),
  }),
});

addMutation('rollBackDisk', {
  description: 'Takes the disk of a snapshot, which no server may have, back to what it held then. It keeps its size.',
  input: t => ({ snapshotId: t.id({ required: true, description: 'The snapshot.' }) }),
  run: (session, input, options) => session.run(rollBackDisk, snapshotOf(input), options),
  payload: t => ({ job: t.field(jobOfAnswer), disk: t.field(diskOfAnswer), snapshot: t.field(snapshotOfAnswer) }),
});

const snapshotOf = ({ snapshotId }: { snapshotId: string }) => ({
  snapshotId: readId.diskSnapshot(snapshotId, 'snapshotId'),
});
