/** Files and folders, wherever they are: in servers, images and disks. */
import type { FileEntry } from '../../emulator/hardware/hardware.ts';
import { builder } from './builder.ts';

const FileType = builder.enumType('FileType', {
  description: 'What an entry of a folder is.',
  values: {
    FILE: { description: 'A plain file.' },
    DIRECTORY: { description: 'A folder.' },
    LINK: { description: 'A symbolic link.' },
    OTHER: { description: 'A device, a pipe, a socket.' },
  } as const,
});

export const FileContentRef = builder.objectRef<{ path: string; offset: number; bytes: Buffer }>('FileContent').implement({
  description: 'A file on a disk, or a part of it.',
  fields: t => ({
    path: t.exposeString('path', { description: 'Its absolute path.', complexity: 0 }),
    offset: t.expose('offset', { type: 'Bytes', description: 'Where in the file the part begins.', complexity: 0 }),
    size: t.field({
      type: 'Bytes',
      description: 'Bytes that were read.',
      complexity: 0,
      resolve: ({ bytes }) => bytes.byteLength,
    }),
    base64: t.string({ description: 'They, as base64.', resolve: ({ bytes }) => bytes.toString('base64') }),
    text: t.string({ description: 'They, as UTF-8; what is none becomes �.', resolve: ({ bytes }) => bytes.toString('utf8') }),
  }),
});

export const FileEntryRef = builder.objectRef<FileEntry>('FileEntry').implement({
  description: 'An entry of a folder on a disk.',
  fields: t => ({
    name: t.exposeString('name', { description: 'Its name in the folder.' }),
    type: t.expose('type', { type: FileType, description: 'What it is.' }),
    size: t.expose('size', { type: 'Bytes', description: 'Its size.' }),
    mode: t.string({ description: 'Permission bits, octal: `0644`.', resolve: ({ mode }) => mode.toString(8).padStart(4, '0') }),
    uid: t.exposeInt('uid', { description: 'Number of its owner.' }),
    gid: t.exposeInt('gid', { description: 'Number of its group.' }),
    modifiedAt: t.field({
      type: 'DateTime',
      description: 'When it changed last.',
      resolve: ({ mtime }) => new Date(mtime * 1000),
    }),
    linkTarget: t.string({ nullable: true, description: 'Where a link leads.', resolve: ({ linkTarget }) => linkTarget }),
  }),
});
