/** The story end to end, on the program as users run it: a process of its own, real clients, real signals. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../src/story/stage.ts';
import { type StoryOptions, tellStory } from '../src/story/tell-story.ts';
import type { JobNews, Teller } from '../src/story/teller.ts';
import { everyHardware } from './hardware.ts';

const program = join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'main.js');
const LIMIT = 600_000;
const CHAPTERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/** Keeps what it is told. */
class Listener implements Teller {
  readonly chapters: number[] = [];
  readonly facts: string[] = [];
  readonly jobs = new Map<string, JobNews[]>();

  chapter(number: number): void {
    this.chapters.push(number);
  }

  tell(): void {}

  fact(line: string): void {
    this.facts.push(line);
  }

  news(news: JobNews): void {
    this.jobs.set(news.job, [...(this.jobs.get(news.job) ?? []), news]);
  }
}

async function tell(
  hardware: 'embedded' | 'docker',
  options: Pick<StoryOptions, 'killInEveryJob' | 'acts'> = {},
): Promise<Listener> {
  const teller = new Listener();
  const stage = await Stage.open({ program, hardware });
  try {
    await tellStory({ stage, teller, ...options });
  } finally {
    await stage.close();
  }
  return teller;
}

test.each(everyHardware)(
  'a private image travels from one tenant’s server to another’s (%s)',
  async hardware => {
    const { chapters, facts, jobs } = await tell(hardware);
    expect(chapters).toEqual(CHAPTERS);
    expect(facts.length).toBeGreaterThan(20);
    for (const news of jobs.values()) expect(news.at(-1)).toMatchObject({ status: 'SUCCESS', progress: 100 });
  },
  LIMIT,
);

test.each(everyHardware)(
  'it does so when the process is killed in the middle of every job (%s)',
  async hardware => {
    // On containers the jobs of the second act are killed by test/crash/kill.docker.test.ts.
    const acts = hardware === 'docker' ? 1 : 2;
    const { chapters, jobs } = await tell(hardware, { killInEveryJob: true, acts });
    expect(chapters).toEqual(acts === 1 ? CHAPTERS.slice(0, 7) : CHAPTERS);
    for (const news of jobs.values()) expect(news.at(-1)).toMatchObject({ status: 'SUCCESS', progress: 100 });
  },
  LIMIT,
);
