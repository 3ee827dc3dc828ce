/** What is inside a server: files on its disk, commands, its console. */

import { fileLimits } from '../../emulator/contents/rules.ts';
import { CloudError, commonErrors } from '../../emulator/errors.ts';
import { CONSOLE_PART, readServerConsole } from '../../emulator/servers/operations/read-server-console.ts';
import { type CommandResult, commandLimits, runServerCommand } from '../../emulator/servers/operations/run-server-command.ts';
import { listServerFiles, readServerFile, writeServerFile } from '../../emulator/servers/operations/server-files.ts';
import { serverOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import { contentCost, textCost } from './content-cost.ts';
import { FileContentRef, FileEntryRef } from './file.ts';
import { readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { orNull } from './or-null.ts';
import { ServerConsolePageRef } from './refs.ts';

ServerConsolePageRef.implement({
  description: 'A part of what a server wrote to its console.',
  fields: t => ({
    offset: t.expose('offset', { type: 'Bytes', description: 'Where it begins.', complexity: 0 }),
    nextOffset: t.expose('next', { type: 'Bytes', description: 'Where to go on.', complexity: 0 }),
    text: t.string({ description: 'It, as UTF-8; what is none becomes �.', resolve: ({ data }) => data.toString('utf8') }),
    base64: t.string({ description: 'It, as base64.', resolve: ({ data }) => data.toString('base64') }),
  }),
});

builder.queryFields(t => ({
  serverFile: t.field({
    type: FileContentRef,
    nullable: true,
    description: 'A file on a disk of a server, running or not; at most 8 MiB of it. Null if there is no such server.',
    args: {
      serverId: t.arg.id({ required: true, description: 'The server.' }),
      diskId: t.arg.id({ description: 'One of its disks; the system disk without it.' }),
      path: t.arg.string({ required: true, description: 'Absolute path.' }),
      offset: t.arg({ type: 'Bytes', description: 'Where to begin; at the beginning without it.' }),
      length: t.arg.int({
        description: 'How many bytes, up to 8 MiB; 1 MiB without it. A query is answered with 16 MiB at most.',
      }),
    },
    complexity: ({ length }) => contentCost(length ?? fileLimits.usualPart),
    resolve: (_root, { serverId, diskId, path, offset, length }, { session }) =>
      orNull(
        session
          .run(readServerFile, {
            serverId: readId.server(serverId, 'serverId'),
            diskId: diskId && readId.disk(diskId, 'diskId'),
            path,
            offset: offset ?? undefined,
            length: length ?? undefined,
          })
          .then(bytes => ({ path, offset: offset ?? 0, bytes })),
      ),
  }),
  serverFiles: t.field({
    type: [FileEntryRef],
    nullable: true,
    description: 'Entries of a folder on a disk of a server, running or not. Null if there is no such server.',
    args: {
      serverId: t.arg.id({ required: true, description: 'The server.' }),
      diskId: t.arg.id({ description: 'One of its disks; the system disk without it.' }),
      path: t.arg.string({ required: true, description: 'Absolute path.' }),
    },
    complexity: { field: 50, multiplier: 100 },
    resolve: (_root, { serverId, diskId, path }, { session }) =>
      orNull(
        session.run(listServerFiles, {
          serverId: readId.server(serverId, 'serverId'),
          diskId: diskId && readId.disk(diskId, 'diskId'),
          path,
        }),
      ),
  }),
  serverConsole: t.field({
    type: ServerConsolePageRef,
    nullable: true,
    description: 'What a server wrote to its console, at most 256 KiB of it. Null if there is no such server.',
    args: {
      serverId: t.arg.id({ required: true, description: 'The server.' }),
      offset: t.arg({ type: 'Bytes', description: 'Where to begin; at the beginning without it.' }),
    },
    complexity: contentCost(CONSOLE_PART),
    resolve: (_root, { serverId, offset }, { session }) =>
      orNull(
        session
          .run(readServerConsole, { serverId: readId.server(serverId, 'serverId'), offset: offset ?? undefined })
          .then(page => ({ ...page, offset: offset ?? 0 })),
      ),
  }),
}));

addMutation('writeServerFile', {
  description: 'Creates or replaces a file on a disk of a server, running or not. Missing folders are made.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    diskId: t.id({ description: 'One of its disks; the system disk without it.' }),
    path: t.string({ required: true, description: 'Absolute path.' }),
    text: t.string({ description: 'What it holds, as text. Either this or `base64`.' }),
    base64: t.string({ description: 'What it holds, as base64: at most 8 MiB when decoded.' }),
    mode: t.string({ description: 'Permission bits, octal: `0644`.' }),
  }),
  run: async (session, { serverId, diskId, path, text, base64, mode }, options) =>
    session.run(
      writeServerFile,
      {
        serverId: readId.server(serverId, 'serverId'),
        diskId: diskId && readId.disk(diskId, 'diskId'),
        path,
        content: contentOf({ text, base64 }),
        mode: modeOf(mode),
      },
      options,
    ),
  payload: t => ({
    server: t.field(serverOfAnswer),
    path: t.exposeString('path', { description: 'Where it is.' }),
    size: t.expose('size', { type: 'Bytes', description: 'How large it is.' }),
  }),
});

function contentOf({
  text,
  base64,
}: {
  text?: string | null | undefined;
  base64?: string | null | undefined;
}): Uint8Array<ArrayBuffer> | string {
  if (typeof base64 === 'string' && typeof text !== 'string') return base64;
  if (typeof text === 'string' && typeof base64 !== 'string') return new TextEncoder().encode(text);
  throw new CloudError(commonErrors.badRequest, { message: 'Give either text or base64.', field: 'text' });
}

function modeOf(mode: string | null | undefined): number | undefined {
  if (typeof mode !== 'string') return undefined;
  if (/^[0-7]{3,4}$/.test(mode)) return Number.parseInt(mode, 8);
  throw new CloudError(commonErrors.badRequest, { message: 'A mode has three or four octal digits.', field: 'mode' });
}

const OUTPUT_COST = textCost(commandLimits.output);

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

addMutation('runServerCommand', {
  description: 'Runs a command in a running server and answers with what it wrote. Only where servers have processes.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    command: t.stringList({ required: true, description: 'The program and its arguments; no shell reads them.' }),
    timeoutSeconds: t.float({ description: 'How long it may take, up to 600 s; 30 s without it.' }),
  }),
  run: (session, { serverId, command, timeoutSeconds }, options) =>
    session.run(
      runServerCommand,
      { serverId: readId.server(serverId, 'serverId'), command, timeoutSeconds: timeoutSeconds ?? undefined },
      options,
    ),
  payload: t => ({
    exitCode: t.exposeInt('exitCode', { nullable: true, description: 'How it ended: 0 for well; null if the time was up.' }),
    stdout: t.string({
      description: 'What it wrote, as UTF-8; the first MiB.',
      complexity: OUTPUT_COST,
      resolve: ({ stdout }: CommandResult) => decoded(stdout),
    }),
    stderr: t.string({
      description: 'What it complained, as UTF-8; the first MiB.',
      complexity: OUTPUT_COST,
      resolve: ({ stderr }: CommandResult) => decoded(stderr),
    }),
    stdoutBase64: t.exposeString('stdout', { description: 'What it wrote, as base64.', complexity: OUTPUT_COST }),
    stderrBase64: t.exposeString('stderr', { description: 'What it complained, as base64.', complexity: OUTPUT_COST }),
  }),
});
