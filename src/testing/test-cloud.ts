import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, openCloud } from '../../emulator/cloud.ts';
import type { CloudConfigInput } from '../../emulator/config.ts';
import type { FaultRule, FaultRuleInput } from '../../emulator/faults/fault-rule.ts';
import type { HardwareKind } from '../../emulator/hardware/hardware.ts';
import { isOver, type JobRecord } from '../../emulator/jobs/job.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { templateFor } from './template.ts';
import { type TestTenant, tenantOf } from './tenant.ts';
import { type WaitOptions, waitForJob, waitUntilOver } from './wait-for-job.ts';

export interface TestCloudOptions {
  /** Default: embedded. */
  readonly hardware?: HardwareKind;
  readonly config?: CloudConfigInput;
  /** A state folder to use and keep. Default: one of its own, removed on close. */
  readonly folder?: string;
}

type OpenedOptions = TestCloudOptions & { readonly folder: string; readonly config: CloudConfigInput };
type Match = FaultRuleInput['match'];

/**
 * A cloud of its own inside the test process: nothing of it is shared with another, and closing it leaves nothing behind.
 *
 * ```ts
 * await using cloud = await openTestCloud();
 * const { jobId, serverIds } = await cloud.a.servers.launch({ name: 'web', imageId, flavorId: 's3.medium.2' });
 * await cloud.waitForJob(jobId);
 * ```
 */
export class TestCloud implements AsyncDisposable {
  readonly #options: OpenedOptions;
  readonly #keepFolder: boolean;
  #cloud: Cloud;
  #gateway: Promise<Gateway> | undefined;
  /** Demo tenant A in the first region. */
  readonly a: TestTenant;
  /** Demo tenant B in the first region. */
  readonly b: TestTenant;
  /** The cloud's administrator. */
  readonly admin: TestTenant;

  private constructor(parts: {
    options: OpenedOptions;
    keepFolder: boolean;
    cloud: Cloud;
    tenants: readonly [TestTenant, TestTenant, TestTenant];
  }) {
    this.#options = parts.options;
    this.#keepFolder = parts.keepFolder;
    this.#cloud = parts.cloud;
    [this.a, this.b, this.admin] = parts.tenants;
  }

  static async open(options: TestCloudOptions = {}): Promise<TestCloud> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'cloudyard-test-')));
    const full = { ...options, folder, config: options.config ?? {} };
    const cloud = await openAt(full);
    const tenants = await Promise.all([
      tenantOf(cloud, 'cloudyard-demo-a'),
      tenantOf(cloud, 'cloudyard-demo-b'),
      tenantOf(cloud, 'cloudyard-admin'),
    ]);
    return new TestCloud({ options: full, keepFolder: options.folder !== undefined, cloud, tenants });
  }

  /** The emulator itself. */
  get cloud(): Cloud {
    return this.#cloud;
  }

  /** Someone else: whoever the token belongs to. */
  as(token: string): Promise<TestTenant> {
    return tenantOf(this.#cloud, token);
  }

  /** Address of a gateway of this cloud, started when first asked for: `http://127.0.0.1:43210`. */
  async url(): Promise<string> {
    this.#gateway ??= startGateway({ cloud: this.#cloud, port: 0 });
    return (await this.#gateway).url;
  }

  /** Waits until a job has succeeded. Rejects with JobFailedError if it has not, and when the time is up. */
  waitForJob(jobId: string, options?: WaitOptions): Promise<JobRecord> {
    return waitForJob(this.#cloud, jobId, options);
  }

  /** Waits until a job is over, whatever its end. */
  waitUntilOver(jobId: string, options?: WaitOptions): Promise<JobRecord> {
    return waitUntilOver(this.#cloud, jobId, options);
  }

  readonly clock = {
    /** Real time, and nothing waits for show. */
    instant: (): void => this.#cloud.clock.configure({ mode: 'instant', factor: 1 }),
    /** Jobs take the times of the real cloud, times a factor. */
    paced: (factor: number): void => this.#cloud.clock.configure({ mode: 'paced', factor }),
    /** Time stands still until it is advanced. */
    virtual: (): void => this.#cloud.clock.configure({ mode: 'virtual', factor: 1 }),
    advance: (seconds: number): void => this.#cloud.clock.advance(seconds * 1000),
    /** Advances virtual time, from one thing that waits to the next, until a job is over. */
    advanceUntilOver: (jobId: string): Promise<JobRecord> => this.#advanceUntilOver(jobId),
  };

  readonly faults = {
    /** Makes what matches fail with a code: once, unless a count is given. */
    fail: (match: Match, code: string, options: { count?: number; moment?: 'before' | 'after' } = {}): Promise<FaultRule> =>
      this.#cloud.faults.add({
        match,
        moment: options.moment ?? 'before',
        effect: { kind: 'fail', code },
        count: options.count ?? 1,
      }),
    /** Makes what matches take so much longer, by the cloud's clock. */
    delay: (match: Match, seconds: number): Promise<FaultRule> =>
      this.#cloud.faults.add({ match, moment: 'before', effect: { kind: 'delay', seconds } }),
    /** Holds jobs that match at a percentage until the rule is removed. */
    hold: (match: Match, percent: number): Promise<FaultRule> =>
      this.#cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent } }),
    remove: (id: string): Promise<boolean> => this.#cloud.faults.remove(id),
  };

  /** Closes the cloud and opens it again on the same state, as after Ctrl-C and a new start. */
  async restart(): Promise<void> {
    await this.#stop();
    this.#cloud = await openAt(this.#options);
    const fresh = await Promise.all([this.a, this.b, this.admin].map(({ token }) => tenantOf(this.#cloud, token)));
    for (const [index, tenant] of [this.a, this.b, this.admin].entries()) Object.assign(tenant, fresh[index]);
  }

  async close(): Promise<void> {
    await this.#stop({ dismantle: true });
    if (!this.#keepFolder) await rm(this.#options.folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #stop({ dismantle = false } = {}): Promise<void> {
    await (await this.#gateway)?.close();
    this.#gateway = undefined;
    await this.#cloud.close({ dismantle });
  }

  async #advanceUntilOver(jobId: string): Promise<JobRecord> {
    const { clock, tail, database } = this.#cloud;
    for (;;) {
      const place = tail.head;
      const job = await database.read.job.findUniqueOrThrow({ where: { id: jobId } });
      if (isOver(job)) return job;
      const next = clock.untilNext();
      if (next !== undefined) clock.advance(Math.max(next, 1));
      else await tail.subscribe({ audiences: 'everything', after: place, signal: AbortSignal.timeout(50) }).next();
    }
  }
}

/** Opens a cloud for a test. The first one on a machine takes a second, the others are copies. */
export function openTestCloud(options?: TestCloudOptions): Promise<TestCloud> {
  return TestCloud.open(options);
}

async function openAt({ hardware = 'embedded', config, folder }: OpenedOptions): Promise<Cloud> {
  return openCloud({ folder, hardware, config, template: await templateFor(config) });
}
