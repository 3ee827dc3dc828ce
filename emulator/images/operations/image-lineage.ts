import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { EVERYONE } from '../../events/event.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { type PageQuery, readPage } from '../../read-page.ts';
import type { Disk, Image, Server } from '../../store/generated/client.ts';
import { imageErrors as errors } from '../errors.ts';
import { visibleImage } from '../image-access.ts';

/** What came from an image, as far as the caller may see it: its own servers and disks, and images that are not hidden from it. */

const Input = z.object({ imageId: z.string(), page: PageInput.prefault({}) });
const newestFirst = { column: 'createdAt', idColumn: 'id', direction: 'desc' } as const;

/** An operation over the rows that came from an image; `read` says which, of those that the caller may see. */
function listOfImage<Row extends { readonly id: string; readonly createdAt: Date }>(
  name: string,
  read: (cloud: Cloud, imageId: string, tenantId: string, query: PageQuery) => Promise<Row[]>,
) {
  return defineOperation({
    name,
    permission: 'ims:images:list',
    access: 'read',
    input: Input,
    errors: [errors.imageNotFound],
    async run({ cloud, caller, input: { imageId, page } }): Promise<Page<Row>> {
      const { image } = await visibleImage(cloud, caller, imageId);
      return readPage<Row>(page, newestFirst, query => read(cloud, image.id, caller.tenantId, query));
    },
  });
}

export const listDerivedImages = listOfImage<Image>(
  'images.listDerived',
  ({ database }, sourceImageId, tenantId, { where, ...query }) => {
    const access = { some: { audience: { in: [tenantId, EVERYONE] } } };
    return database.read.image.findMany({ where: { sourceImageId, access, AND: [where] }, ...query });
  },
);

export const listServersOfImage = listOfImage<Server>(
  'images.listServers',
  ({ database }, imageId, tenantId, { where, ...query }) =>
    database.read.server.findMany({ where: { imageId, tenantId, AND: [where] }, ...query }),
);

export const listDisksOfImage = listOfImage<Disk>('images.listDisks', ({ database }, imageId, tenantId, { where, ...query }) =>
  database.read.disk.findMany({ where: { imageId, tenantId, AND: [where] }, ...query }),
);
