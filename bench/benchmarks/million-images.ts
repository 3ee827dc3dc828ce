import type { Benchmark } from '../benchmark.ts';
import { post } from '../http-load.ts';
import { type Listening, startEmbedded } from '../listening.ts';
import { inPairs, timed } from '../paired.ts';
import { pageQuery, TOKEN_A } from '../queries.ts';
import { seededState } from '../seed/state.ts';

const FEW = 1000;
const MANY = 1_000_000;
/** Pages that are asked for one after the other for one figure. */
const PAGES = 50;

export const millionImages: Benchmark = {
  name: 'million-images',
  description: 'a page of 20 images of a tenant with public, own and shared images: 1,000,000 stored against 1,000',
  targets: { 'million-images-page-ms': { ratio: { atMost: 1.3 } } },
  async run({ workspace, note }) {
    note('seeding');
    const many = await startEmbedded(workspace, await seededState(workspace, MANY));
    const few = await startEmbedded(workspace, await seededState(workspace, FEW));
    const figures = await inPairs(
      { rounds: 15, warmUps: 3 },
      () => pageTime(many),
      () => pageTime(few),
    );
    return [{ row: 'million-images-page-ms', ...figures }];
  },
};

async function pageTime({ url }: Listening): Promise<number> {
  const milliseconds = await timed(async () => {
    for (let page = 0; page < PAGES; page++) await post({ url, token: TOKEN_A, query: pageQuery });
  });
  return milliseconds / PAGES;
}
