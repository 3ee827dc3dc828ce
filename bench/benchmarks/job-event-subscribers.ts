import { setTimeout } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { dataOf, post } from '../http-load.ts';
import { startEmbedded, startReference } from '../listening.ts';
import { inPairs } from '../paired.ts';
import { TENANT_B, TOKEN_A } from '../queries.ts';
import { imageId } from '../seed/images.ts';
import { seededState } from '../seed/state.ts';
import { Subscribers } from '../subscribers.ts';

const SUBSCRIBERS = 1000;
/** What a subscription still has to do after its socket has answered. */
const SETTLING = 1000;
/** Of the seeded images, one that tenant A owns. */
const OWN_IMAGE = imageId(1);

export const jobEventSubscribers: Benchmark = {
  name: 'job-event-subscribers',
  description: 'one job event to 1,000 WebSocket subscribers: when 99 of 100 have it, against the same publish in plain Yoga',
  targets: { 'job-event-subscribers-p99-ms': { ratio: { atMost: 1.5 } } },
  async run({ workspace }) {
    const ours = await startEmbedded(workspace, await seededState(workspace, 10));
    const reference = await startReference(workspace);
    const listeners = await Subscribers.open(ours.url, SUBSCRIBERS, TOKEN_A);
    workspace.onEnd(() => listeners.close());
    const referenceListeners = await Subscribers.open(reference.url, SUBSCRIBERS);
    workspace.onEnd(() => referenceListeners.close());
    await setTimeout(SETTLING);

    let isShared = false;
    // Each of these jobs ends with one event of the kind that the subscribers listen for.
    const job = async (): Promise<unknown> => {
      isShared = !isShared;
      const [verb, payload] = isShared
        ? (['shareImages', 'ShareImagesPayload'] as const)
        : (['unshareImages', 'UnshareImagesPayload'] as const);
      const input = `{ imageIds: ["${OWN_IMAGE}"], tenantIds: ["${TENANT_B}"] }`;
      const query = `mutation { ${verb}(input: ${input}) { __typename ... on ${payload} { job { id } } } }`;
      const data = await dataOf<Record<string, { job?: object }>>(post({ url: ours.url, token: TOKEN_A, query }));
      if (!data[verb]?.job) throw new Error(JSON.stringify(data));
      return data;
    };
    const publish = () => fetch(`${reference.url}/publish`, { method: 'POST' });
    const figures = await inPairs(
      { rounds: 15, warmUps: 3 },
      () => listeners.publish(job),
      () => referenceListeners.publish(publish),
    );
    return [{ row: 'job-event-subscribers-p99-ms', ...figures }];
  },
};
