import { attachDisk } from '../../emulator/disks/operations/attach-disk.ts';
import { detachDisk } from '../../emulator/disks/operations/detach-disk.ts';
import { diskOfAnswer, jobOfAnswer, serverOfAnswer } from './answer-fields.ts';
import * as enums from './enums.ts';
import { readId } from './global-id.ts';
import { addMutation } from './mutation.ts';

addMutation('attachDisk', {
  description: 'Attaches a disk to a server in the same zone, running or off. A server that is off finds it at its next start.',
  input: t => ({
    diskId: t.id({ required: true, description: 'The disk.' }),
    serverId: t.id({ required: true, description: 'The server.' }),
    device: t.string({ description: 'Where the server finds it, `/dev/vdc`; the first free device without it.' }),
    readOnly: t.boolean({ description: 'Whether the server may only read it.' }),
    fileSystem: t.field({ type: enums.FileSystem, description: 'What to format the disk with first, if it is empty.' }),
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

const diskAndServer = ({ diskId, serverId }: { diskId: string; serverId: string }) => ({
  diskId: readId.disk(diskId, 'diskId'),
  serverId: readId.server(serverId, 'serverId'),
});
