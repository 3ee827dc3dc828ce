import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { contentErrors } from '../../contents/errors.ts';
import { FilePath, fileLimits } from '../../contents/rules.ts';
import { type AttachedDisk, bootDisk } from '../../disks/attachments.ts';
import { hasFilesAtHand } from '../../disks/file-access.ts';
import { serverDisk } from '../../disks/server-disk.ts';
import { commonErrors, ensure, refuse } from '../../errors.ts';
import type { FileEntry, FileTarget } from '../../hardware/hardware.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Server, ServerStatus } from '../../store/generated/client.ts';
import { failsWith } from '../../validation.ts';
import { serverErrors as errors } from '../errors.ts';
import { FILE_ANSWERS, orAnswer } from '../hardware-failures.ts';
import { ServerId } from '../rules.ts';
import { ownServer } from '../server-access.ts';

/** Files on a server's disks, whether it runs or not: no real cloud has this, tests of programs that use one need it. */

/** One of the server's disks; without it the system disk. */
const WhichDisk = z.string().nullish();

const answered = [
  commonErrors.badRequest,
  errors.serverNotFound,
  errors.statusWrong,
  errors.serverBusy,
  errors.diskNotAttached,
  errors.diskNotAvailable,
  contentErrors.contentUnreadable,
];

export const listServerFiles = defineOperation({
  name: 'servers.listFiles',
  permission: 'ecs:serverFiles:read',
  access: 'read',
  input: z.object({ serverId: ServerId, diskId: WhichDisk, path: FilePath }),
  errors: answered,
  async run({ cloud, caller, input: { serverId, diskId, path } }): Promise<FileEntry[]> {
    const target = await serverFileTarget(cloud, caller, serverId, diskId);
    return inTurn({ cloud, caller }, () => cloud.hardware.listFiles(target, path));
  },
});

/** A part of a file, from an offset on; a shorter answer than asked for means the end of the file. */
export const readServerFile = defineOperation({
  name: 'servers.readFile',
  permission: 'ecs:serverFiles:read',
  access: 'read',
  input: z.object({
    serverId: ServerId,
    diskId: WhichDisk,
    path: FilePath,
    offset: z.number().int().min(0).default(0),
    length: z.number().int().min(0).max(fileLimits.bytes).default(fileLimits.usualPart),
  }),
  errors: answered,
  async run({ cloud, caller, input: { serverId, diskId, path, offset, length } }): Promise<Buffer> {
    const target = await serverFileTarget(cloud, caller, serverId, diskId);
    return inTurn({ cloud, caller }, () => cloud.hardware.readFile(target, path, { offset, length }));
  },
});

/** Bytes or base64, kept as base64: an input is looked through for ids, and hashed. */
const FileContent = z
  .union([z.instanceof(Uint8Array).transform(bytes => Buffer.from(bytes).toString('base64')), z.base64()])
  .refine(
    encoded => Buffer.byteLength(encoded, 'base64') <= fileLimits.bytes,
    failsWith(commonErrors.badRequest, 'A file is written with at most 8 MiB.'),
  );

/** Creates or replaces a file; missing folders are made. The content is bytes, or base64. */
export const writeServerFile = defineOperation({
  name: 'servers.writeFile',
  permission: 'ecs:serverFiles:write',
  access: 'write',
  input: z.object({
    serverId: ServerId,
    diskId: WhichDisk,
    path: FilePath,
    content: FileContent,
    /** Permission bits, as in 0o644. */
    mode: z.number().int().min(0).max(0o7777).optional(),
  }),
  errors: [...answered, errors.diskReadOnly],
  async run({ cloud, caller, input: { serverId, diskId, path, content, mode }, commit }) {
    const target = await serverFileTarget(cloud, caller, serverId, diskId);
    refuse(!target.isWritable, errors.diskReadOnly, { field: 'diskId' });
    const data = Buffer.from(content, 'base64');
    const bits = mode === undefined ? {} : { mode };
    await inTurn({ cloud, caller }, () => cloud.hardware.writeFile(target, path, data, bits));
    return commit(async () => ({ serverId, path, size: data.length }));
  },
});

/** Asks the hardware for files: few at a time for each tenant, for each answer holds some MiB. */
function inTurn<T>({ cloud, caller }: { cloud: Cloud; caller: Caller }, ask: () => Promise<T>): Promise<T> {
  return orAnswer('path', () => cloud.contentAccess.run(caller.tenantId, ask), FILE_ANSWERS);
}

/** In these states a server stays as it is, and so does what it has. */
const REACHABLE: readonly ServerStatus[] = ['ACTIVE', 'SHUTOFF', 'ERROR'];

type Target = FileTarget & { readonly isWritable: boolean };

/** Where the files of a server's disk are. Throws `serverNotFound`, `statusWrong`, `diskNotAttached`, `diskNotAvailable`. */
async function serverFileTarget(
  cloud: Cloud,
  caller: Caller,
  serverId: string,
  diskId: string | null | undefined,
): Promise<Target> {
  requireHardware(cloud);
  const server = await ownServer(cloud, caller, serverId);
  const { id, status } = server;
  refuse(!REACHABLE.includes(status), errors.statusWrong, { message: `${errors.statusWrong.message} (${status})` });
  const attachment = await cloud.database.read.diskAttachment.findFirst({
    where: { serverId: id, ...(diskId ? { diskId } : { bootIndex: 0 }) },
    include: { disk: true },
  });
  ensure(attachment || !diskId, errors.diskNotAttached, { field: 'diskId' });
  const target = attachment ? attachedTarget(attachment) : localTarget(server);
  return { ...target, ...(status === 'ACTIVE' && { server: id }) };
}

function attachedTarget({ disk, readOnly }: AttachedDisk): Target {
  const message = `${errors.diskNotAvailable.message} (${disk.status})`;
  refuse(!hasFilesAtHand(disk.status), errors.diskNotAvailable, { message, field: 'diskId' });
  return { disk: serverDisk(disk.id), isWritable: !readOnly && !disk.readOnly };
}

/** The disk of its own that a bare-metal server boots from. */
function localTarget(server: Server): Target {
  const disk = bootDisk(server, []);
  ensure(disk, errors.serverNotFound, { field: 'serverId' });
  return { disk, isWritable: true };
}
