/**
 * Opens a cloud on embedded hardware in the folder that it is given, with a server to make images of:
 *   node share-images.js FOLDER
 * Says `{ ready }`. Whenever it is told to go it makes an image record and shares it, both jobs to their end: `{ milliseconds }`.
 */
import { on } from 'node:events';
import { openCloud } from '../../emulator/cloud.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { createImage } from '../../emulator/images/operations/create-image.ts';
import { shareImages } from '../../emulator/images/operations/share-image.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { waitForJob } from '../../src/testing/wait-for-job.ts';
import { TENANT_B, TOKEN_A } from '../queries.ts';

const [folder = ''] = process.argv.slice(2);
const cloud = await openCloud({ folder, hardware: 'embedded', config: { quotas: { images: 100_000 } } });
const caller = await cloud.tokens.authenticate(TOKEN_A);
const source = publicImages.find(({ osType, architecture }) => osType === 'Linux' && architecture === 'x86');
if (!source) throw new Error('the catalogue has no Linux image');

const launch = await cloud.run(launchServers, caller, { name: 'source', imageId: source.id, flavorId: 's3.medium.2' });
await waitForJob(cloud, launch.jobId);
const [serverId = ''] = launch.serverIds;

const createAndShare = async (name: string): Promise<void> => {
  const { jobId, imageId } = await cloud.run(createImage, caller, { name, serverId });
  await waitForJob(cloud, jobId);
  const share = await cloud.run(shareImages, caller, { imageIds: [imageId], tenantIds: [TENANT_B] });
  await waitForJob(cloud, share.jobId);
};

process.send?.({ ready: true });
let number = 0;
for await (const [question] of on(process, 'message')) {
  const start = performance.now();
  for (let index = 0; index < question.times; index++) await createAndShare(`image-${number++}`);
  process.send?.({ milliseconds: performance.now() - start });
}
