import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { bootDisk } from '../../disks/attachments.ts';
import { commonErrors, ensure, refuse } from '../../errors.ts';
import type { FileEntry, FileTarget } from '../../hardware/hardware.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { ServerStatus } from '../../store/generated/client.ts';
import { failsWith } from '../../validation.ts';
import { serverErrors as errors } from '../errors.ts';
import { orAnswer } from '../hardware-failures.ts';
import { ServerId } from '../rules.ts';
import { ownServer } from '../server-access.ts';

/** Files on a server's system disk, whether it runs or not: no real cloud has this, tests of programs that use one need it. */

const MIB = 2 ** 20;
/** Bytes that are read or written at once, and that are read where nobody says how many; characters of a path. */
export const fileLimits = { bytes: 8 * MIB, usualPart: MIB, path: 4096 } as const;

const FilePath = z
  .string()
  .refine(
    path => path.startsWith('/') && path.length <= fileLimits.path && !path.includes('\0'),
    failsWith(commonErrors.badRequest, 'A path is absolute and has at most 4096 characters.'),
  );

const answered = [commonErrors.badRequest, errors.serverNotFound, errors.statusWrong, errors.serverBusy];

export const listServerFiles = defineOperation({
  name: 'servers.listFiles',
  permission: 'ecs:serverFiles:read',
  access: 'read',
  input: z.object({ serverId: ServerId, path: FilePath }),
  errors: answered,
  async run({ cloud, caller, input: { serverId, path } }): Promise<FileEntry[]> {
    const target = await fileTarget(cloud, caller, serverId);
    return orAnswer('path', () => cloud.contentAccess.run(() => cloud.hardware.listFiles(target, path)));
  },
});

/** A part of a file, from an offset on; a shorter answer than asked for means the end of the file. */
export const readServerFile = defineOperation({
  name: 'servers.readFile',
  permission: 'ecs:serverFiles:read',
  access: 'read',
  input: z.object({
    serverId: ServerId,
    path: FilePath,
    offset: z.number().int().min(0).default(0),
    length: z.number().int().min(0).max(fileLimits.bytes).default(fileLimits.usualPart),
  }),
  errors: answered,
  async run({ cloud, caller, input: { serverId, path, offset, length } }): Promise<Buffer> {
    const target = await fileTarget(cloud, caller, serverId);
    return orAnswer('path', () => cloud.contentAccess.run(() => cloud.hardware.readFile(target, path, { offset, length })));
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
    path: FilePath,
    content: FileContent,
    /** Permission bits, as in 0o644. */
    mode: z.number().int().min(0).max(0o7777).optional(),
  }),
  errors: answered,
  async run({ cloud, caller, input: { serverId, path, content, mode }, commit }) {
    const target = await fileTarget(cloud, caller, serverId);
    const data = Buffer.from(content, 'base64');
    const bits = mode === undefined ? {} : { mode };
    await orAnswer('path', () => cloud.contentAccess.run(() => cloud.hardware.writeFile(target, path, data, bits)));
    return commit(async () => ({ serverId, path, size: data.length }));
  },
});

/** In these states a server's disk is whole and nobody is about to take it. */
const REACHABLE: readonly ServerStatus[] = ['ACTIVE', 'SHUTOFF', 'ERROR'];

async function fileTarget(cloud: Cloud, caller: Caller, serverId: string): Promise<FileTarget> {
  requireHardware(cloud);
  const server = await ownServer(cloud, caller, serverId);
  const { id, status } = server;
  refuse(!REACHABLE.includes(status), errors.statusWrong, { message: `${errors.statusWrong.message} (${status})` });
  const disk = bootDisk(server, await cloud.database.read.diskAttachment.findMany({ where: { serverId: id, bootIndex: 0 } }));
  ensure(disk, errors.serverNotFound, { field: 'serverId' });
  return { disk, ...(status === 'ACTIVE' && { server: id }) };
}
