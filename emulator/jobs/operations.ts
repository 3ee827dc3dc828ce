import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { CloudError, commonErrors, errorCodes } from '../errors.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import { defineOperation } from '../operation.ts';
import { beyond, encodeRowCursor, type Page, planPage, readDirection, toPage } from '../paging.ts';
import { PageInput } from '../paging-input.ts';
import type { JobRecord } from './job.ts';

/** Source: ims-api 3.3 (unknown job: inferred). */
export const jobErrors = errorCodes({ jobNotFound: ['IMG.0023', 400, 'No job has this id.'] });

export const getJob = defineOperation({
  name: 'jobs.get',
  permission: 'jobs:jobs:get',
  access: 'read',
  input: z.object({ jobId: z.string() }),
  errors: [jobErrors.jobNotFound],
  run: ({ cloud, caller, input }): Promise<JobRecord> => visibleJob(cloud, caller, input.jobId),
});

export const listJobs = defineOperation({
  name: 'jobs.list',
  permission: 'jobs:jobs:list',
  access: 'read',
  input: z.object({
    filter: z
      .strictObject({
        status: z.enum(['INIT', 'RUNNING', 'SUCCESS', 'FAIL', 'CANCELLED']).optional(),
        type: z.string().optional(),
        /** Sub-jobs are found through their parent, unless this is false. */
        topLevel: z.boolean().default(true),
      })
      .prefault({}),
    page: PageInput.prefault({}),
  }),
  async run({ cloud, caller, input: { filter, page } }): Promise<Page<JobRecord>> {
    const plan = planPage(page);
    const read = readDirection('desc', plan);
    const rows = await cloud.database.read.job.findMany({
      where: {
        AND: [
          { tenantId: caller.tenantId },
          beyond('createdAt', 'id', plan, read, true),
          ...(filter.topLevel ? [{ parentId: null }] : []),
          ...(filter.status ? [{ status: filter.status }] : []),
          ...(filter.type ? [{ type: filter.type }] : []),
        ],
      },
      orderBy: [{ createdAt: read }, { id: read }],
      take: plan.limit + 1,
    });
    return toPage(rows, plan, job => encodeRowCursor(job.createdAt, job.id));
  },
});

/** Sub-jobs of several jobs that the caller has been shown. */
export const listSubJobs = defineOperation({
  name: 'jobs.listSubJobs',
  permission: 'jobs:jobs:list',
  access: 'read',
  input: z.object({ jobIds: z.array(z.string()) }),
  errors: [jobErrors.jobNotFound],
  run: ({ cloud, caller, input: { jobIds } }): Promise<JobRecord[]> =>
    cloud.database.read.job.findMany({
      where: { parentId: { in: jobIds }, ...(isAdministrator(caller) ? {} : { tenantId: caller.tenantId }) },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    }),
});

/** Asks a job to stop; it takes back what it did and ends as CANCELLED. */
export const cancelJob = defineOperation({
  name: 'jobs.cancel',
  permission: 'jobs:jobs:cancel',
  access: 'write',
  input: z.object({ jobId: z.string() }),
  errors: [jobErrors.jobNotFound, commonErrors.jobNotCancellable],
  async run({ cloud, caller, input: { jobId }, commit }) {
    await visibleJob(cloud, caller, jobId);
    await cloud.jobs.cancel(jobId);
    return commit(async () => ({ jobId }));
  },
});

/** A job of the caller's tenant; the administrator sees all. For everyone else it does not exist. */
export async function visibleJob(cloud: Cloud, caller: Caller, jobId: string): Promise<JobRecord> {
  const job = await cloud.database.read.job.findUnique({ where: { id: jobId } });
  if (!job || (job.tenantId !== caller.tenantId && !isAdministrator(caller))) throw new CloudError(jobErrors.jobNotFound);
  return job;
}
