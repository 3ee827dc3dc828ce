import { z } from 'zod';
import { EVERYONE } from '../../events/event.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Disk, Image, Server } from '../../store/generated/client.ts';
import { imageErrors as errors } from '../errors.ts';
import { visibleImage } from '../image-access.ts';

/** What came from an image, as far as the caller may see it: its own servers and disks, and images that are not hidden from it. */

const Input = z.object({ imageId: z.string(), page: PageInput.prefault({}) });
const newestFirst = { column: 'createdAt', idColumn: 'id', direction: 'desc' } as const;

export const listDerivedImages = defineOperation({
  name: 'images.listDerived',
  permission: 'ims:images:list',
  access: 'read',
  input: Input,
  errors: [errors.imageNotFound],
  async run({ cloud, caller, input: { imageId, page } }): Promise<Page<Image>> {
    const { image } = await visibleImage(cloud, caller, imageId);
    const access = { some: { audience: { in: [caller.tenantId, EVERYONE] } } };
    return readPage<Image>(page, newestFirst, ({ where, ...query }) =>
      cloud.database.read.image.findMany({ where: { sourceImageId: image.id, access, AND: [where] }, ...query }),
    );
  },
});

export const listServersOfImage = defineOperation({
  name: 'images.listServers',
  permission: 'ims:images:list',
  access: 'read',
  input: Input,
  errors: [errors.imageNotFound],
  async run({ cloud, caller, input: { imageId, page } }): Promise<Page<Server>> {
    const { image } = await visibleImage(cloud, caller, imageId);
    return readPage<Server>(page, newestFirst, ({ where, ...query }) =>
      cloud.database.read.server.findMany({ where: { imageId: image.id, tenantId: caller.tenantId, AND: [where] }, ...query }),
    );
  },
});

export const listDisksOfImage = defineOperation({
  name: 'images.listDisks',
  permission: 'ims:images:list',
  access: 'read',
  input: Input,
  errors: [errors.imageNotFound],
  async run({ cloud, caller, input: { imageId, page } }): Promise<Page<Disk>> {
    const { image } = await visibleImage(cloud, caller, imageId);
    return readPage<Disk>(page, newestFirst, ({ where, ...query }) =>
      cloud.database.read.disk.findMany({ where: { imageId: image.id, tenantId: caller.tenantId, AND: [where] }, ...query }),
    );
  },
});
