import { Client } from '../../src/client/client.ts';
import type { Benchmark } from '../benchmark.ts';
import { Program } from '../program.ts';
import { TOKEN_A } from '../queries.ts';

interface Gateway {
  readonly url: string;
  /** The oldest first. */
  readonly imageIds: readonly string[];
  readonly backupIds: readonly string[];
}

/** Requests under way at once. */
const CLIENTS = 10;
const usage = '{ usage { total { logical stored shared } } }';
const deleteImage = `mutation ($id: ID!) { deletion: deleteImage(input: { imageId: $id }) { __typename ... on Error { message } } }`;
const deleteBackup = `mutation ($id: ID!) { deletion: deleteBackup(input: { backupId: $id }) { __typename ... on Error { message } } }`;
const unfinished = `{
  waiting: jobs(first: 1, filter: { status: INIT }) { edges { node { uuid } } }
  running: jobs(first: 1, filter: { status: RUNNING }) { edges { node { uuid } } }
}`;

export const thousandCopies: Benchmark = {
  name: 'thousand-copies',
  description: '1,000 images and backups of a disk of 10 GB through the gateway: what they take, deletion of the oldest half',
  targets: {
    'thousand-copies-ms': { figure: { atMost: 30_000 } },
    'thousand-copies-pause-ms': { figure: { atMost: 50 } },
  },
  async run({ workspace, note }) {
    note('images and backups are made, a minute or two');
    const program = Program.start(workspace, 'programs/thousand-copies', [await workspace.folder()]);
    const { url, imageIds, backupIds } = await program.next<Gateway>();
    const client = new Client({ url, token: TOKEN_A });
    // One of each first: code that is loaded with the first request is not what is looked at.
    await deleteAll(client, deleteImage, imageIds.slice(-1));
    await deleteAll(client, deleteBackup, backupIds.slice(-1));
    await allJobsOver(client);
    // What the machine itself keeps a loop waiting that has nothing to do, at the same time.
    const idle = Program.start(workspace, 'programs/idle-loop');
    await idle.next();
    await idle.ask({ look: true });
    await program.ask({ watch: true });
    const start = performance.now();
    await client.query(usage);
    await deleteAll(client, deleteImage, oldestHalf(imageIds));
    await deleteAll(client, deleteBackup, oldestHalf(backupIds));
    await allJobsOver(client);
    await client.query(usage);
    const milliseconds = performance.now() - start;
    const { longestPauseMs } = await program.ask<{ longestPauseMs: number }>({ answer: true });
    const { longestPauseMs: reference } = await idle.ask<{ longestPauseMs: number }>({ answer: true });
    return [
      { row: 'thousand-copies-ms', ours: milliseconds },
      { row: 'thousand-copies-pause-ms', ours: longestPauseMs, reference },
    ];
  },
};

const oldestHalf = (ids: readonly string[]): string[] => ids.slice(0, ids.length / 2);

async function deleteAll(client: Client, document: string, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const one = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const { deletion } = await client.query<{ deletion: { __typename: string; message?: string } }>(document, { id });
      if (deletion.message !== undefined) throw new Error(`${id}: ${deletion.message}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, one));
}

async function allJobsOver(client: Client): Promise<void> {
  for (;;) {
    const { waiting, running } = await client.query<Record<'waiting' | 'running', { edges: unknown[] }>>(unfinished);
    if (waiting.edges.length + running.edges.length === 0) return;
  }
}
