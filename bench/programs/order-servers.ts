/**
 * Opens a cloud on embedded hardware in the folder that it is given, orders servers in batches and waits until all are ACTIVE:
 *   node order-servers.js FOLDER TEMPLATE BATCHES
 * Says `{ ready }`, and when it is told to go `{ milliseconds }`.
 */
import { on, once } from 'node:events';
import { openCloud } from '../../emulator/cloud.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { limitHeapGrowth } from '../../src/cli/up/heap-growth.ts';
import { waitForJob } from '../../src/testing/wait-for-job.ts';

const BATCH = 100;
const [folder = '', template = '', batches = '10'] = process.argv.slice(2);
// As the gateway does.
limitHeapGrowth();
const cloud = await openCloud({ folder, template, hardware: 'embedded' });
const caller = await cloud.tokens.authenticate('cloudyard-demo-a');
const image = publicImages.find(({ osType, architecture }) => osType === 'Linux' && architecture === 'x86');
if (!image) throw new Error('the catalogue has no Linux image');

const order = async (name: string, count: number): Promise<void> => {
  const input = { name, imageId: image.id, flavorId: 's3.medium.2', count };
  const { jobId } = await cloud.run(launchServers, caller, input);
  await waitForJob(cloud, jobId, { timeoutMs: 300_000 });
};

await order('first', 1);
process.send?.({ ready: true });
await once(process, 'message');
const start = performance.now();
await Promise.all(Array.from({ length: Number(batches) }, (_, index) => order(`batch-${index}`, BATCH)));
process.send?.({ milliseconds: performance.now() - start });
for await (const [question] of on(process, 'message')) {
  if (question.close) break;
}
await cloud.close();
process.disconnect();
