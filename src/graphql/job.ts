import { cancelJob, listJobs } from '../../emulator/jobs/operations.ts';
import { jobOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { findJob, viewOfJob } from './job-view.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { PageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { ImageRef, JobRef, NodeRef, ServerRef } from './refs.ts';

const JobErrorRef = builder.objectRef<{ code: string; message: string }>('JobError').implement({
  description: 'Why a job ended without success.',
  fields: t => ({
    code: t.exposeString('code', { description: 'Documented code: see docs/errors.md.' }),
    message: t.exposeString('message', { description: 'What went wrong, in words.' }),
  }),
});

JobRef.implement({
  description:
    'Work that takes time: a row of named steps that survives a crash, reports progress and takes back what it did if it fails.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Job:<uuid>`.', resolve: job => globalId('Job', job.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud: 32 hexadecimal digits.' }),
    type: t.exposeString('type', { description: 'What is done, in the service’s spelling: `imsCreateImageByInstance`.' }),
    status: t.expose('status', { type: enums.JobStatus, description: 'Where it is.' }),
    progress: t.exposeInt('progress', { description: 'Percent done. A job with sub-jobs counts those that are over.' }),
    step: t.exposeString('step', { nullable: true, description: 'The step that runs or is next; null when there is none.' }),
    entities: t.expose('entities', {
      type: 'JSON',
      description: 'What it is about, in the service’s spelling: `image_id`, `server_id`.',
    }),
    error: t.field({
      type: JobErrorRef,
      nullable: true,
      description: 'Why it ended without success, or is being taken back.',
      resolve: ({ errorCode, failReason }) => (errorCode === null ? null : { code: errorCode, message: failReason ?? '' }),
    }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The image that it is about, if it is there.',
      resolve: ({ entities: { image_id: id } }, _args, { session }) =>
        typeof id === 'string' ? session.loaders.images.load(id) : null,
    }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server that it is about, if it is there. A job about several has a sub-job for each.',
      resolve: ({ entities: { server_id: id } }, _args, { session }) =>
        typeof id === 'string' ? session.loaders.servers.load(id) : null,
    }),
    parent: t.field({
      type: JobRef,
      nullable: true,
      description: 'The job that it is a part of.',
      resolve: ({ parentId }, _args, { session }) => (parentId === null ? null : session.loaders.jobs.load(parentId)),
    }),
    subJobs: t.field({
      type: [JobRef],
      description: 'Its parts, as they stand now: one for each server of a batch.',
      resolve: ({ id }, _args, { session }) => session.loaders.subJobs.load(id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    beginAt: t.expose('beginAt', { type: 'DateTime', nullable: true, description: 'When it began.' }),
    endAt: t.expose('endAt', { type: 'DateTime', nullable: true, description: 'When it was over.' }),
  }),
});

const JobFilter = builder.inputType('JobFilter', {
  description: 'Which jobs; all that is given has to fit.',
  fields: t => ({
    status: t.field({ type: enums.JobStatus, description: 'In this status.' }),
    type: t.string({ description: 'Of this type.' }),
    topLevel: t.boolean({
      defaultValue: true,
      description: 'Whether to leave out sub-jobs, which are found through their parent.',
    }),
  }),
});

builder.queryFields(t => ({
  job: t.field({
    type: JobRef,
    nullable: true,
    description: 'A job; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(findJob(session, readId.job(id))),
  }),
  jobs: t.connection(
    {
      type: JobRef,
      description: 'The jobs of the caller’s tenant, the newest first.',
      args: { filter: t.arg({ type: JobFilter, description: 'Which ones.' }) },
      complexity: pageCost,
      resolve: async (_root, { filter, ...page }, { session }) => {
        const jobs = await session.run(listJobs, { filter: withoutNulls(filter ?? {}), page });
        return new PageConnection(jobs, { show: job => viewOfJob(session, job) });
      },
    },
    connectionOf('Job', 'jobs'),
    edgeOf('Job'),
  ),
}));

addMutation('cancelJob', {
  description: 'Asks a job to stop. It takes back what it did and ends as CANCELLED.',
  input: t => ({ jobId: t.id({ required: true, description: 'The job.' }) }),
  run: (session, { jobId }, options) => session.run(cancelJob, { jobId: readId.job(jobId, 'jobId') }, options),
  payload: t => ({ job: t.field(jobOfAnswer) }),
});
