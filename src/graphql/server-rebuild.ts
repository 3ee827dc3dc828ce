import { changeServerOs, reinstallServer } from '../../emulator/servers/operations/rebuild-server.ts';
import { jobOfAnswer, serverOfAnswer } from './answer-fields.ts';
import { readId } from './global-id.ts';
import { addMutation } from './mutation.ts';

const words = {
  server: 'The server: off, or stopped for it.',
  stopServer: 'Whether a server that runs is stopped for it; without it that is refused.',
  keyName: 'The key pair whose public key signs in.',
  adminPassword: 'Password of the image’s login user: 8 to 26 characters of three kinds.',
  userData: 'What runs at the first boot of the new system: base64 of at most 32 KiB.',
} as const;

addMutation('reinstallServer', {
  description:
    'Gives a server the system of its image anew. Its id, name, addresses and data disks stay; its system disk is a new one, and snapshots of the old one go. Impossible once the image is deleted or not shared any more.',
  input: t => ({
    serverId: t.id({ required: true, description: words.server }),
    stopServer: t.boolean({ description: words.stopServer }),
    keyName: t.id({ description: words.keyName }),
    adminPassword: t.string({ description: words.adminPassword }),
    userData: t.string({ description: words.userData }),
  }),
  run: (session, { serverId, stopServer, keyName, ...rest }, options) =>
    session.run(
      reinstallServer,
      {
        ...rest,
        serverId: readId.server(serverId, 'serverId'),
        stopServer: stopServer ?? undefined,
        keyName: keyName && readId.keyPair(keyName, 'keyName'),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), server: t.field(serverOfAnswer) }),
});

addMutation('changeServerOs', {
  description:
    'Gives a server the system of another image; of a full-ECS image only the system disk is used. Its id, name, addresses and data disks stay; its system disk is a new one of the same size, and snapshots of the old one go.',
  input: t => ({
    serverId: t.id({ required: true, description: words.server }),
    imageId: t.id({ required: true, description: 'The image.' }),
    stopServer: t.boolean({ description: words.stopServer }),
    keyName: t.id({ description: words.keyName }),
    adminPassword: t.string({ description: words.adminPassword }),
    userData: t.string({ description: words.userData }),
  }),
  run: (session, { serverId, imageId, stopServer, keyName, ...rest }, options) =>
    session.run(
      changeServerOs,
      {
        ...rest,
        serverId: readId.server(serverId, 'serverId'),
        imageId: readId.image(imageId, 'imageId'),
        stopServer: stopServer ?? undefined,
        keyName: keyName && readId.keyPair(keyName, 'keyName'),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), server: t.field(serverOfAnswer) }),
});
