import { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import * as documents from './documents.ts';
import { type FollowOptions, follow } from './follow-job.ts';
import type { Stage } from './stage.ts';
import { expectThat, type JobNews, type Teller } from './teller.ts';

export interface Payload {
  readonly job: { readonly uuid: string; readonly type: string };
}

export interface WorldOptions {
  readonly stage: Stage;
  readonly teller: Teller;
  /** Kills the process (`kill -9`) in the middle of every job and starts it again. */
  readonly killInEveryJob?: boolean;
}

/** The people of the story and what happens between them. */
export class World {
  readonly stage: Stage;
  readonly teller: Teller;
  /** Tenant A, who makes the image. */
  readonly a: Client;
  /** Tenant B, who gets it. */
  readonly b: Client;
  readonly admin: Client;
  readonly #killInEveryJob: boolean;

  constructor({ stage, teller, killInEveryJob = false }: WorldOptions) {
    this.stage = stage;
    this.teller = teller;
    this.#killInEveryJob = killInEveryJob;
    const { url } = stage;
    this.a = new Client({ url, token: 'cloudyard-demo-a' });
    this.b = new Client({ url, token: 'cloudyard-demo-b' });
    this.admin = new Client({ url, token: 'cloudyard-admin' });
  }

  /** Orders a job and follows it to success. If every job is to survive a kill, it is held in the middle until that has happened. */
  async job<Result extends Payload>(who: Client, document: string, input: object): Promise<Result> {
    if (this.#killInEveryJob) return this.killed(who, document, input);
    const result = await who.mutate<Result>(document, { input });
    await this.follow(who, result.job.uuid);
    return result;
  }

  /** Orders a job, kills the process in the middle of it, starts it again and sees the job come to its end. */
  async killed<Result extends Payload>(who: Client, document: string, input: object): Promise<Result> {
    const release = await this.hold(20);
    const result = await who.mutate<Result>(document, { input });
    let cursor: string | undefined;
    for await (const message of follow(who, result.job.uuid, { stage: this.stage })) {
      cursor = message.cursor ?? cursor;
      this.teller.news(message.news);
      if (message.news.status === 'RUNNING') break;
    }
    await this.stage.kill();
    this.teller.tell(`kill -9 in the middle of ${result.job.type}`);
    await this.stage.start();
    await release();
    await this.follow(who, result.job.uuid, cursor === undefined ? {} : { after: cursor });
    return result;
  }

  /** Holds all jobs at a percentage; returns the way to let them go on. */
  async hold(percent: number, jobType?: string): Promise<() => Promise<void>> {
    const input = { match: jobType === undefined ? {} : { jobType }, effect: { holdAtPercent: percent } };
    const { faultRule } = await this.admin.mutate<{ faultRule: { uuid: string } }>(documents.addFaultRule, { input });
    return async () => {
      await this.admin.mutate(documents.removeFaultRule, { input: { id: faultRule.uuid } });
    };
  }

  /** Follows a job to its end and returns all that was heard of it. */
  async follow(who: Client, jobId: string, options: Omit<FollowOptions, 'stage'> = {}): Promise<readonly JobNews[]> {
    const heard: JobNews[] = [];
    for await (const { news } of follow(who, jobId, { ...options, stage: this.stage })) {
      heard.push(news);
      this.teller.news(news);
    }
    const last = heard.at(-1);
    expectThat(
      last?.status === 'SUCCESS' && last.progress === 100,
      `job ${jobId} ends with success at 100 %, not ${endOf(last)}`,
    );
    return heard;
  }

  /** Checks that something is refused with one of these codes. */
  async refused(what: string, codes: readonly string[], work: () => Promise<unknown>): Promise<void> {
    const code = await work().then(
      () => 'nothing: it was done',
      (error: unknown) => (error instanceof ClientError ? error.code : String(error)),
    );
    expectThat(codes.includes(code), `${what} is refused with ${codes.join(' or ')}, not ${code}`);
    this.teller.fact(`${what}: refused, ${code}`);
  }
}

function endOf(news: JobNews | undefined): string {
  if (news === undefined) return 'in silence';
  const { type, status, progress, error } = news;
  return `${type}: ${status} at ${progress} %${error ? `, ${error.code}: ${error.message}` : ''}`;
}
