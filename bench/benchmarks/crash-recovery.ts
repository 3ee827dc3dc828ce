import { cp } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { dataOf, post } from '../http-load.ts';
import { type Listening, startEmbedded } from '../listening.ts';
import { inPairs } from '../paired.ts';
import { TOKEN_A } from '../queries.ts';
import { seededState } from '../seed/state.ts';
import type { Workspace } from '../workspace.ts';

const BATCH = 100;
const BATCHES = 5;
/** Other resources of the state: images. */
const IMAGES = 500;
/** Servers that are being launched when the process dies. */
const UNDER_WAY = 4;

export const crashRecovery: Benchmark = {
  name: 'crash-recovery',
  description:
    'kill -9 in the middle of launches, to serving with no job left undone, 1,000 resources; against a start without a crash',
  targets: { 'crash-recovery-ms': { ratio: { atMost: 2 } } },
  async run({ workspace, note }) {
    note('making 1,000 resources');
    const state = await seededState(workspace, IMAGES);
    const gateway = await startEmbedded(workspace, state);
    const imageId = await anImage(gateway);
    for (let batch = 0; batch < BATCHES; batch++) await launch(gateway, imageId, `batch-${batch}`, BATCH);
    await untilNothingRuns(gateway);
    await launch(gateway, imageId, 'late', UNDER_WAY);
    await gateway.kill();
    const crashed = await copyOf(workspace, state);

    // The same state, recovered and closed as it should be.
    const recovered = await startEmbedded(workspace, state);
    await untilNothingRuns(recovered);
    await recovered.stop();
    const figures = await inPairs(
      { rounds: 7 },
      () => startTime(workspace, crashed),
      () => startTime(workspace, state),
    );
    return [{ row: 'crash-recovery-ms', ...figures }];
  },
};

async function copyOf(workspace: Workspace, state: string): Promise<string> {
  const copy = await workspace.folder();
  await cp(state, copy, { recursive: true });
  return copy;
}

async function startTime(workspace: Workspace, state: string): Promise<number> {
  const folder = await copyOf(workspace, state);
  const began = performance.now();
  const gateway = await startEmbedded(workspace, folder);
  await untilNothingRuns(gateway);
  const milliseconds = performance.now() - began;
  await gateway.stop();
  return milliseconds;
}

/** A public image whose bytes can be made: the seeded ones have none. */
async function anImage({ url }: Listening): Promise<string> {
  const query = `{
    images(first: 50, filter: { relation: PUBLIC, osType: LINUX, architecture: X86 }, orderBy: { by: NAME, direction: ASC }) {
      edges { node { id content } }
    }
  }`;
  const { images } = await dataOf<Images>(post({ url, token: TOKEN_A, query }));
  const found = images.edges.find(({ node }) => node.content === 'NOT_YET');
  if (!found) throw new Error('no public image can be launched');
  return found.node.id;
}

interface Images {
  readonly images: { readonly edges: readonly { readonly node: { readonly id: string; readonly content: string } }[] };
}

async function launch({ url }: Listening, imageId: string, name: string, count: number): Promise<void> {
  const query = `mutation ($input: LaunchServersInput!) {
    launchServers(input: $input) { __typename ... on LaunchServersPayload { job { id } } }
  }`;
  const variables = { input: { name, imageId, flavorId: 's3.medium.2', count } };
  const { launchServers } = await dataOf<{ launchServers: { job?: object } }>(post({ url, token: TOKEN_A, query, variables }));
  if (!launchServers.job) throw new Error(`the launch was refused: ${JSON.stringify(launchServers)}`);
}

/** Asks until no job of the tenant is under way: asking is what a user would do, and costs both sides the same. */
async function untilNothingRuns({ url }: Listening): Promise<void> {
  const query = `{ init: jobs(first: 1, filter: { status: INIT }) { edges { node { id } } }
    running: jobs(first: 1, filter: { status: RUNNING }) { edges { node { id } } } }`;
  for (;;) {
    const { init, running } = await dataOf<Record<string, { edges: object[] }>>(post({ url, token: TOKEN_A, query }));
    if (init?.edges.length === 0 && running?.edges.length === 0) return;
  }
}
