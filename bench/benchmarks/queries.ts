import type { Benchmark, BenchmarkContext, Measured } from '../benchmark.ts';
import { type GraphQLRequest, type Load, perSecond } from '../http-load.ts';
import { startEmbedded, startReference } from '../listening.ts';
import { inPairs } from '../paired.ts';
import { imageQuery, PAGE, pageQuery, TOKEN_A } from '../queries.ts';
import { referenceImages } from '../reference/images.ts';
import { imageId } from '../seed/images.ts';
import { seededState } from '../seed/state.ts';

const ROUNDS = 9;
const IMAGES = 1000;

export const imageById: Benchmark = {
  name: 'image-by-id',
  description: 'image(id) over GraphQL, with a token, against plain Yoga and Pothos with the same object in memory',
  targets: { 'image-by-id-per-second': { ratio: { atLeast: 0.5 } } },
  run: context =>
    throughput(
      context,
      'image-by-id-per-second',
      { requests: 2000, connections: 16 },
      {
        ours: { query: imageQuery, variables: { id: imageId(1) } },
        reference: { query: imageQuery, variables: { id: referenceImages[0]?.id } },
      },
    ),
};

export const imagePage: Benchmark = {
  name: 'image-page',
  description: `a page of ${PAGE} images with tags and owner over GraphQL, with a token, against the same from memory`,
  targets: { 'image-page-per-second': { ratio: { atLeast: 0.4 } } },
  run: context =>
    throughput(
      context,
      'image-page-per-second',
      { requests: 600, connections: 16 },
      { ours: { query: pageQuery }, reference: { query: pageQuery } },
    ),
};

type Query = Pick<GraphQLRequest, 'query' | 'variables'>;

async function throughput(
  { workspace }: BenchmarkContext,
  row: string,
  load: Load,
  queries: { readonly ours: Query; readonly reference: Query },
): Promise<Measured[]> {
  const ours = await startEmbedded(workspace, await seededState(workspace, IMAGES));
  const reference = await startReference(workspace);
  const figures = await inPairs(
    { rounds: ROUNDS, warmUps: 2 },
    () => perSecond({ url: ours.url, token: TOKEN_A, ...queries.ours }, load),
    () => perSecond({ url: reference.url, ...queries.reference }, load),
  );
  return [{ row, ...figures }];
}
