/** A cloud for tests of the emulator alone: no gateway, its own folder, tenants by name. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, openCloud } from '../emulator/cloud.ts';
import type { CloudConfigInput } from '../emulator/config.ts';
import { CloudError } from '../emulator/errors.ts';
import type { HardwareKind } from '../emulator/hardware/hardware.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { JobRecord } from '../emulator/jobs/job.ts';
import { untilJobEnds } from '../emulator/jobs/until-job-ends.ts';
import { type TestTenant, tenantOf } from '../src/testing/tenant.ts';
import { everyHardware } from './hardware.ts';

/**
 * What servers are made of. On containers an image that is a placeholder where no registry answers: real Debian takes half a minute of packages for
 * each cloud, and has a test of its own.
 */
export const SOURCE = publicImageId(
  everyHardware.includes('docker') ? 'Standard_Ubuntu_22.04_latest' : 'Standard_Debian_12_latest',
);
export const FLAVOR = 's3.small.1';

export interface EmulatorCloud {
  readonly cloud: Cloud;
  readonly a: TestTenant;
  readonly b: TestTenant;
  /** The end of a job, whatever it is. */
  over(jobId: string): Promise<JobRecord>;
  /** A server of tenant A that runs. */
  launch(input?: Partial<Parameters<TestTenant['servers']['launch']>[0]>): Promise<string>;
  /** Closes it and opens it again on the same state; servers are stopped in between, unless they are to run on. */
  reopen(options?: { keepRunning?: boolean }): Promise<EmulatorCloud>;
  close(): Promise<void>;
}

export async function openEmulator({ hardware = 'embedded', config = {} }: Options = {}): Promise<EmulatorCloud> {
  return openAt(await mkdtemp(join(tmpdir(), 'cloudyard-emulator-')), { hardware, config });
}

interface Options {
  readonly hardware?: HardwareKind;
  readonly config?: CloudConfigInput;
}

async function openAt(folder: string, options: Required<Options>): Promise<EmulatorCloud> {
  const cloud = await openCloud({ folder, ...options });
  const [a, b] = await Promise.all([tenantOf(cloud, 'cloudyard-demo-a'), tenantOf(cloud, 'cloudyard-demo-b')]);
  const over = async (jobId: string): Promise<JobRecord> => {
    const job = await untilJobEnds(cloud, jobId);
    if (!job) throw new Error(`there is no job ${jobId}`);
    return job;
  };
  return {
    cloud,
    a,
    b,
    over,
    async launch(input = {}) {
      const { jobId, serverIds } = await a.servers.launch({ name: 'web', imageId: SOURCE, flavorId: FLAVOR, ...input });
      const job = await over(jobId);
      if (job.status !== 'SUCCESS') throw new Error(`the launch ended with ${job.errorCode}: ${job.failReason}`);
      return serverIds[0] ?? '';
    },
    async reopen(how) {
      await cloud.close(how);
      return openAt(folder, options);
    },
    async close() {
      await cloud.close({ dismantle: true });
      await rm(folder, { recursive: true });
    },
  };
}

/** The code that a call is refused with; undefined if it is not. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CloudError) return error.code;
    throw error;
  }
  return undefined;
}
