/** What the types of disks promise, and how large a disk can be. */
import { type DiskTypeLimits, diskLimits, diskTypeLimits } from '../../emulator/disks/rules.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';

type Promised = DiskTypeLimits['iops'];

const DiskPerformanceRef = builder.objectRef<Promised>('DiskPerformance').implement({
  description: 'What a disk of a size may do at most: `base + perGiB × size`, up to `max`.',
  fields: t => ({
    base: t.exposeFloat('base', { description: 'Whatever its size.' }),
    perGiB: t.exposeFloat('perGiB', { description: 'More for each GiB.' }),
    max: t.exposeFloat('max', { description: 'Whatever its size, no more than this.' }),
  }),
});

const SizeRangeRef = builder.objectRef<{ readonly min: number; readonly max: number }>('DiskSizeRange').implement({
  description: 'How large a disk can be, in GiB.',
  fields: t => ({
    min: t.exposeInt('min', { description: 'At least.' }),
    max: t.exposeInt('max', { description: 'At most.' }),
  }),
});

const DiskTypeInfoRef = builder.objectRef<DiskTypeLimits>('DiskTypeInfo').implement({
  description:
    'A type of disks with what it promises. Disks are slowed down to it only where the cloud has the capability `diskThroughput`.',
  fields: t => ({
    type: t.expose('type', { type: enums.DiskType, description: 'The type.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    iops: t.field({ type: DiskPerformanceRef, description: 'Operations a second.', resolve: ({ iops }) => iops }),
    throughput: t.field({
      type: DiskPerformanceRef,
      description: 'MiB a second.',
      resolve: ({ throughput }) => throughput,
    }),
    systemSize: t.field({
      type: SizeRangeRef,
      description: 'Of a disk that a server boots from.',
      resolve: () => diskLimits.systemSize,
    }),
    dataSize: t.field({
      type: SizeRangeRef,
      description: 'Of any other disk; one that is made of something may be as small as that.',
      resolve: () => diskLimits.dataSize,
    }),
  }),
});

builder.queryField('diskTypes', t =>
  t.field({
    type: [DiskTypeInfoRef],
    description: 'The types of disks, the lowest first: a disk can be given a higher one.',
    resolve: (_root, _args, { session }) => {
      session.requireCaller();
      return [...diskTypeLimits];
    },
  }),
);
