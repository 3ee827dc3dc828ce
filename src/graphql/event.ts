import { CloudError, commonErrors } from '../../emulator/errors.ts';
import { encodeCursor } from '../../emulator/events/cursor.ts';
import { listEvents } from '../../emulator/events/operations.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { CloudEventRef } from './refs.ts';

CloudEventRef.implement({
  description: 'One thing that happened, as it stands in the log.',
  fields: t => ({
    cursor: t.string({
      description: 'Its place in the log: `after` for whatever comes later.',
      resolve: ({ sequence }, _args, { session }) => encodeCursor(session.cloud.id, sequence),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    kind: t.exposeString('kind', { description: 'What happened: `image.active`, `job.progress`, `audit.images.share`, …' }),
    resourceType: t.exposeString('resourceType', { description: 'What it happened to: `image`, `job`, `server`, …' }),
    resourceUuid: t.exposeString('resourceId', { description: 'Id in the cloud of what it happened to.' }),
    payload: t.expose('payload', { type: 'JSON', description: 'What there is to say of it.' }),
  }),
});

builder.queryField('events', t =>
  t.connection(
    {
      type: CloudEventRef,
      description:
        'What has happened, the oldest first, from the oldest event that is kept or from `after` on. The cursors are those of the subscriptions.',
      complexity: pageCost,
      resolve: async (_root, { first, after, last, before }, { session }) => {
        const backwards = typeof last === 'number' || typeof before === 'string';
        if (backwards)
          throw new CloudError(commonErrors.badRequest, { message: 'The log is read forwards only.', field: 'last' });
        return pageConnection(await session.run(listEvents, { after, first }));
      },
    },
    connectionOf('CloudEvent', 'events'),
    edgeOf('CloudEvent'),
  ),
);
