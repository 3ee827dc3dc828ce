/** Looking into images and disks without launching anything: folders, files, and what differs between two. */

import type { ContentSource } from '../../emulator/contents/content-source.ts';
import { type Comparison, compareContents } from '../../emulator/contents/operations/compare-files.ts';
import { listContentFiles } from '../../emulator/contents/operations/list-files.ts';
import { readContentFile } from '../../emulator/contents/operations/read-file.ts';
import { fileLimits } from '../../emulator/contents/rules.ts';
import { CloudError, commonErrors } from '../../emulator/errors.ts';
import type { FileDifference } from '../../emulator/hardware/hardware.ts';
import { builder } from './builder.ts';
import { contentCost } from './content-cost.ts';
import { FileContentRef, FileEntryRef } from './file.ts';
import { parseGlobalId } from './global-id.ts';
import { HasFilesRef } from './refs.ts';

const FileChange = builder.enumType('FileChange', {
  description: 'How a file differs.',
  values: {
    ADDED: { description: 'Only in the second.' },
    REMOVED: { description: 'Only in the first.' },
    CHANGED: { description: 'In both, and different.' },
  } as const,
});

const FileDifferenceRef = builder.objectRef<FileDifference>('FileDifference').implement({
  description: 'A file that is not the same in two images or disks.',
  fields: t => ({
    path: t.exposeString('path', { description: 'Its absolute path.' }),
    change: t.expose('change', { type: FileChange, description: 'How it differs.' }),
    aspects: t.stringList({
      description: 'What differs, for a changed one: `type`, `content`, `mode`, `owner`, `target`.',
      resolve: ({ aspects }) => [...aspects],
    }),
    before: t.field({ type: FileEntryRef, nullable: true, description: 'It in the first.', resolve: ({ before }) => before }),
    after: t.field({ type: FileEntryRef, nullable: true, description: 'It in the second.', resolve: ({ after }) => after }),
  }),
});

const ComparisonRef = builder.objectRef<Comparison>('FileComparison').implement({
  description: 'What differs between two images or disks, in the order of paths.',
  fields: t => ({
    differences: t.field({
      type: [FileDifferenceRef],
      description: 'The differences.',
      resolve: ({ differences }) => [...differences],
    }),
    next: t.exposeString('next', {
      nullable: true,
      description: 'To be given as `after` for the following ones; null at the end.',
    }),
  }),
});

const LISTING_COST = { field: 50, multiplier: 100 } as const;
const COMPARISON_COST = 500;

/** What a global id names, and what it is to the operations. */
const KINDS: Readonly<Record<string, ContentSource['kind']>> = {
  Image: 'IMAGE',
  Disk: 'DISK',
  DiskSnapshot: 'SNAPSHOT',
  Backup: 'BACKUP',
};

HasFilesRef.implement({
  description: 'What holds a file system that can be looked into without launching anything.',
  fields: t => {
    const device = t.arg.string({
      description: 'Which disk, of a full-ECS image or of the backup of a server: `/dev/vdb`; the system disk without it.',
    });
    return {
      files: t.field({
        type: [FileEntryRef],
        nullable: true,
        description: 'Entries of a folder on it.',
        args: { path: t.arg.string({ required: true, description: 'Absolute path of the folder.' }), device },
        complexity: LISTING_COST,
        resolve: ({ id }, { path, device }, { session }, info) =>
          session.run(listContentFiles, { source: { kind: kindOf(info.parentType.name), id, device }, path }),
      }),
      file: t.field({
        type: FileContentRef,
        nullable: true,
        description: 'A file on it; at most 8 MiB.',
        args: {
          path: t.arg.string({ required: true, description: 'Absolute path.' }),
          offset: t.arg({ type: 'Bytes', description: 'Where to begin; at the beginning without it.' }),
          length: t.arg.int({ description: 'How many bytes, up to 8 MiB; 1 MiB without it.' }),
          device,
        },
        complexity: ({ length }) => contentCost(length ?? fileLimits.usualPart),
        resolve: async ({ id }, { path, offset, length, device }, { session }, info) => {
          const source = { kind: kindOf(info.parentType.name), id, device };
          const range = { offset: offset ?? undefined, length: length ?? undefined };
          return { path, offset: offset ?? 0, bytes: await session.run(readContentFile, { source, path, ...range }) };
        },
      }),
      diff: t.field({
        type: ComparisonRef,
        nullable: true,
        description: 'What differs, file by file, from it to another image, disk, snapshot or backup.',
        args: {
          other: t.arg.id({
            required: true,
            description: 'Global id of the other: `Image:…`, `Disk:…`, `DiskSnapshot:…`, `Backup:…`.',
          }),
          path: t.arg.string({ description: 'Only below this folder; everything without it.' }),
          after: t.arg.string({ description: 'Only what comes after this path: `next` of an earlier answer.' }),
          first: t.arg.int({ description: 'How many at most, up to 1000; 100 without it.' }),
          device,
          otherDevice: t.arg.string({ description: 'Which disk of the other.' }),
        },
        complexity: COMPARISON_COST,
        resolve: ({ id }, { other, path, after, first, device, otherDevice }, { session }, info) =>
          session.run(compareContents, {
            from: { kind: kindOf(info.parentType.name), id, device },
            to: otherSource(other, otherDevice),
            path: path ?? undefined,
            after,
            limit: first ?? undefined,
          }),
      }),
    };
  },
});

function kindOf(type: string): ContentSource['kind'] {
  const kind = KINDS[type];
  if (!kind) throw new Error(`${type} has no files`);
  return kind;
}

function otherSource(other: string, device: string | null | undefined): ContentSource {
  const parsed = parseGlobalId(other);
  const kind = parsed && KINDS[parsed.type];
  if (!kind) {
    const message = `The other is named by a global id of type ${Object.keys(KINDS).join(', ')}.`;
    throw new CloudError(commonErrors.badRequest, { message, field: 'other' });
  }
  return { kind, id: parsed.id, device };
}
