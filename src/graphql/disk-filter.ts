import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { readId } from './global-id.ts';
import { withoutNulls } from './nulls.ts';

const TagFilter = builder.inputType('TagFilter', {
  description: 'A tag that something has.',
  fields: t => ({
    key: t.string({ required: true, description: 'Its name.' }),
    value: t.string({ description: 'Its value; any without it.' }),
  }),
});

export const DiskFilter = builder.inputType('DiskFilter', {
  description: 'Which disks; all that is given has to fit.',
  fields: t => ({
    id: t.id({ description: 'The one with this id.' }),
    name: t.string({ description: 'Called so.' }),
    status: t.field({ type: enums.DiskStatus, description: 'In this status.' }),
    availabilityZone: t.string({ description: 'In this zone.' }),
    type: t.field({ type: enums.DiskType, description: 'Of this type.' }),
    bootable: t.boolean({ description: 'That a server boots from, or not.' }),
    shareable: t.boolean({ description: 'That several servers may have at once, or not.' }),
    serverId: t.id({ description: 'That this server has.' }),
    tags: t.field({ type: [TagFilter], description: 'With all of these tags.' }),
  }),
});

export const DiskOrder = builder.inputType('DiskOrder', {
  description: 'How disks are sorted; without it the newest first.',
  fields: t => ({
    by: t.field({ type: enums.DiskOrderKey, required: true, description: 'By what.' }),
    direction: t.field({ type: enums.OrderDirection, required: true, description: 'Which way.' }),
  }),
});

/** As the operation takes it. */
export function diskFilter(filter: typeof DiskFilter.$inferInput) {
  const { id, serverId, tags, ...rest } = withoutNulls(filter);
  return {
    ...rest,
    id: id && readId.disk(id, 'filter.id'),
    serverId: serverId && readId.server(serverId, 'filter.serverId'),
    tags: tags?.map(withoutNulls),
  };
}
