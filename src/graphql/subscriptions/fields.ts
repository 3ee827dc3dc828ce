/** What can be watched. A message shows what the log says of its moment; `image` and `server` in it are as they stand now. */

import { getDisk } from '../../../emulator/disks/operations/get-disk.ts';
import { CloudError, commonErrors } from '../../../emulator/errors.ts';
import { encodeCursor } from '../../../emulator/events/cursor.ts';
import type { CloudEvent } from '../../../emulator/events/event.ts';
import { watchEvents } from '../../../emulator/events/operations.ts';
import { getImage } from '../../../emulator/images/operations/get-image.ts';
import { type JobUpdate, watchJob } from '../../../emulator/jobs/watch-job.ts';
import { getServer } from '../../../emulator/servers/operations/get-server.ts';
import { CONSOLE_PART } from '../../../emulator/servers/operations/read-server-console.ts';
import { builder, type GraphQLContext } from '../builder.ts';
import { contentCost } from '../content-cost.ts';
import { parseGlobalId, readId } from '../global-id.ts';
import { viewOfEvent } from '../job-view.ts';
import { CloudEventRef, DiskRef, ImageRef, JobRef, ServerConsolePageRef, ServerRef } from '../refs.ts';
import type { Session } from '../session.ts';
import { consoleStream } from './console-stream.ts';
import { EventStream, type Message } from './event-stream.ts';
import { resourceStream } from './resource-stream.ts';

const JobProgressRef = builder.objectRef<JobUpdate>('JobProgress').implement({
  description: 'How a job stood at one moment.',
  fields: t => ({
    job: t.field({ type: JobRef, description: 'The job, as it stood.', resolve: ({ job }) => viewOfEvent(job) }),
    subJob: t.field({
      type: JobRef,
      nullable: true,
      description: 'The part of it that this is about, as it stood; null if it is about the job itself.',
      resolve: ({ subJob }) => subJob && viewOfEvent(subJob),
    }),
    progress: t.exposeInt('progress', { description: 'Percent of the whole, also within parts. Never goes back.' }),
    kind: t.exposeString('kind', {
      description:
        '`job.created`, `job.running`, `job.progress`, `job.succeeded`, `job.failed`; `job.state` for where it stood at first.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const JobChangeRef = builder.objectRef<CloudEvent>('JobChange').implement({
  description: 'A change of a job.',
  fields: t => ({
    job: t.field({ type: JobRef, description: 'The job, as it stood.', resolve: ({ payload }) => viewOfEvent(payload) }),
    kind: t.exposeString('kind', { description: '`job.created`, `job.progress`, …' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const ImageChangeRef = builder.objectRef<CloudEvent>('ImageChange').implement({
  description: 'A change of an image.',
  fields: t => ({
    kind: t.exposeString('kind', {
      description:
        '`image.created`, `image.saving`, `image.active`, `image.updated`, `image.shared`, `image.member`, `image.unshared`, `image.killed`, `image.deleted`',
    }),
    imageUuid: t.exposeString('resourceId', { description: 'Id in the cloud of the image.' }),
    status: t.string({
      nullable: true,
      description: 'Its status at that moment.',
      resolve: ({ payload }) => textOf(payload.status),
    }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The image as it stands now; null if it is gone for the caller.',
      resolve: ({ resourceId }, _args, { session }) => session.loaders.images.load(resourceId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const ServerChangeRef = builder.objectRef<CloudEvent>('ServerChange').implement({
  description: 'A change of a server.',
  fields: t => ({
    kind: t.exposeString('kind', {
      description: '`server.created`, `server.active`, `server.stopped`, `server.updated`, `server.failed`, `server.deleted`',
    }),
    serverUuid: t.exposeString('resourceId', { description: 'Id in the cloud of the server.' }),
    status: t.string({
      nullable: true,
      description: 'Its status at that moment.',
      resolve: ({ payload }) => textOf(payload.status),
    }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server as it stands now; null if it is gone.',
      resolve: ({ resourceId }, _args, { session }) => session.loaders.servers.load(resourceId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const DiskChangeRef = builder.objectRef<CloudEvent>('DiskChange').implement({
  description: 'A change of a disk.',
  fields: t => ({
    kind: t.exposeString('kind', { description: '`disk.created`, `disk.updated`, `disk.deleted`' }),
    diskUuid: t.exposeString('resourceId', { description: 'Id in the cloud of the disk.' }),
    status: t.string({
      nullable: true,
      description: 'Its status at that moment.',
      resolve: ({ payload }) => textOf(payload.status),
    }),
    disk: t.field({
      type: DiskRef,
      nullable: true,
      description: 'The disk as it stands now; null if it is gone.',
      resolve: ({ resourceId }, _args, { session }) => session.loaders.disks.load(resourceId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Notes the message's place for the transport, then shows its content. */
function deliver<Content>({ cursor, content }: Message<Content>, _args: object, { session }: GraphQLContext): Content {
  session.cursor = cursor;
  return content;
}

const eventStream = (
  session: Session,
  input: { kinds?: readonly string[] | null; resourceId?: string; resourceType?: string; after: string | undefined },
) =>
  EventStream.open(session, {
    watch: signal => session.run(watchEvents, { ...input, kinds: input.kinds && [...input.kinds], signal }),
    show: (event: CloudEvent) => ({ cursor: encodeCursor(session.cloud.id, event.sequence), content: event }),
  });

/** Where to go on: as the argument says, else as the transport does. */
const placeOf = (session: Session, after: string | null | undefined): string | undefined => after ?? session.lastEventId;

const after = 'Go on after the message with this cursor. Over server-sent events `Last-Event-ID` says the same.';

builder.subscriptionFields(t => ({
  jobProgress: t.field({
    type: JobProgressRef,
    description:
      'A job until it is over, with its sub-jobs. Without a cursor it begins with how the job stands, so that nobody waits for what has passed.',
    args: {
      jobId: t.arg.id({ required: true, description: 'The job.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, { session }) =>
      EventStream.open(session, {
        watch: signal =>
          session.run(watchJob, { jobId: readId.job(args.jobId, 'jobId'), after: placeOf(session, args.after), signal }),
        show: (update: JobUpdate) => ({ cursor: encodeCursor(session.cloud.id, update.sequence), content: update }),
      }),
    resolve: deliver,
  }),
  jobs: t.field({
    type: JobChangeRef,
    description: 'Changes of all jobs of the caller’s tenant; the administrator sees those of all tenants.',
    args: { after: t.arg.string({ description: after }) },
    subscribe: (_root, args, { session }) => eventStream(session, { kinds: ['job.*'], after: placeOf(session, args.after) }),
    resolve: deliver,
  }),
  events: t.field({
    type: CloudEventRef,
    description: 'Whatever happens that the caller may know of.',
    args: {
      kinds: t.arg.stringList({ description: 'Only these kinds: `image.active`, or `image.*` for all of a noun.' }),
      resourceId: t.arg.id({ description: 'Only what happens to this resource.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, { kinds, resourceId, ...args }, { session }) =>
      eventStream(session, {
        kinds: kinds ?? null,
        ...(resourceId && {
          resourceId: readId.any(resourceId),
          resourceType: parseGlobalId(resourceId)?.type.toLowerCase() ?? '',
        }),
        after: placeOf(session, args.after),
      }),
    resolve: deliver,
  }),
  diskChanged: t.field({
    type: DiskChangeRef,
    description: 'Changes of a disk until it is deleted, or of all disks of the caller’s tenant.',
    args: {
      diskId: t.arg.id({ description: 'The disk; all without it.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, { session }) =>
      resourceStream(session, {
        noun: 'disk',
        id: args.diskId ? readId.disk(args.diskId, 'diskId') : undefined,
        after: placeOf(session, args.after),
        find: diskId => session.run(getDisk, { diskId }),
      }),
    resolve: deliver,
  }),
  imageChanged: t.field({
    type: ImageChangeRef,
    description: 'Changes of an image until it is deleted, or of all images that the caller sees.',
    args: {
      imageId: t.arg.id({ description: 'The image; all without it.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, { session }) =>
      resourceStream(session, {
        noun: 'image',
        id: args.imageId ? readId.image(args.imageId, 'imageId') : undefined,
        after: placeOf(session, args.after),
        find: imageId => session.run(getImage, { imageId }),
      }),
    resolve: deliver,
  }),
  serverChanged: t.field({
    type: ServerChangeRef,
    description: 'Changes of a server until it is deleted, or of all servers of the caller’s tenant.',
    args: {
      serverId: t.arg.id({ description: 'The server; all without it.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, { session }) =>
      resourceStream(session, {
        noun: 'server',
        id: args.serverId ? readId.server(args.serverId, 'serverId') : undefined,
        after: placeOf(session, args.after),
        find: serverId => session.run(getServer, { serverId }),
      }),
    resolve: deliver,
  }),
  serverConsole: t.field({
    type: ServerConsolePageRef,
    complexity: contentCost(CONSOLE_PART),
    description: 'What a server writes to its console. The cursor of a message is the offset after it.',
    args: {
      serverId: t.arg.id({ required: true, description: 'The server.' }),
      offset: t.arg({ type: 'Bytes', description: 'Where to begin; at the beginning without it.' }),
    },
    subscribe: (_root, { serverId, offset }, { session }) =>
      consoleStream(session, readId.server(serverId, 'serverId'), offset ?? offsetOf(session.lastEventId)),
    resolve: deliver,
  }),
}));

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new CloudError(commonErrors.badCursor);
}
