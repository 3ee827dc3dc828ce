/** What came from an image. What it came from are fields of the image itself: sourceImage, sourceServer, sourceDisk. */
import { listDerivedImages, listDisksOfImage, listServersOfImage } from '../../emulator/images/operations/image-lineage.ts';
import { builder } from './builder.ts';
import { pageCost } from './paging-cost.ts';
import { DiskRef, ImageRef, ServerRef } from './refs.ts';

builder.objectFields(ImageRef, t => {
  const first = t.arg.int({ description: 'How many at most, the newest; up to 1000.' });
  return {
    derivedImages: t.field({
      type: [ImageRef],
      description: 'Images that were made of it or of its servers, as far as the caller may see them.',
      args: { first },
      complexity: pageCost,
      resolve: async ({ id }, page, { session }) => [...(await session.run(listDerivedImages, { imageId: id, page })).rows],
    }),
    servers: t.field({
      type: [ServerRef],
      description: 'The caller’s servers whose system is from it.',
      args: { first },
      complexity: pageCost,
      resolve: async ({ id }, page, { session }) => [...(await session.run(listServersOfImage, { imageId: id, page })).rows],
    }),
    disks: t.field({
      type: [DiskRef],
      description: 'The caller’s disks that were made of it.',
      args: { first },
      complexity: pageCost,
      resolve: async ({ id }, page, { session }) => [...(await session.run(listDisksOfImage, { imageId: id, page })).rows],
    }),
  };
});
