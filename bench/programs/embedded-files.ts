/**
 * Opens a cloud on embedded hardware in the folder that it is given, with an image that has a folder of 1,000 files:
 *   node embedded-files.js FOLDER
 * Says `{ ready }`, then answers each message with how long it took to list that folder.
 */
import { on } from 'node:events';
import { openCloud } from '../../emulator/cloud.ts';
import { listContentFiles } from '../../emulator/contents/operations/list-files.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { createImage } from '../../emulator/images/operations/create-image.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { writeServerFile } from '../../emulator/servers/operations/server-files.ts';
import { waitForJob } from '../../src/testing/wait-for-job.ts';
import { TOKEN_A } from '../queries.ts';

const FILES = 1000;
const [folder = ''] = process.argv.slice(2);
const cloud = await openCloud({ folder, hardware: 'embedded' });
const caller = await cloud.tokens.authenticate(TOKEN_A);
const source = publicImages.find(({ debianSuite }) => debianSuite !== null);

try {
  const order = { name: 'server', imageId: source?.id ?? '', flavorId: 's3.medium.2' };
  const { jobId, serverIds } = await cloud.run(launchServers, caller, order);
  await waitForJob(cloud, jobId);
  const [serverId = ''] = serverIds;
  for (let number = 1; number <= FILES; number++) {
    const content = Buffer.from(`${number}\n`);
    await cloud.run(writeServerFile, caller, { serverId, path: `/srv/many/file-${number}`, content });
  }
  const made = await cloud.run(createImage, caller, { name: 'many', serverId });
  await waitForJob(cloud, made.jobId);
  process.send?.({ ready: true });
  for await (const [{ task }] of on(process, 'message')) {
    if (task === 'close') break;
    const start = performance.now();
    const entries = await cloud.run(listContentFiles, caller, { source: { kind: 'IMAGE', id: made.imageId }, path: '/srv/many' });
    if (entries.length !== FILES) throw new Error(`${entries.length} entries`);
    process.send?.({ milliseconds: performance.now() - start });
  }
} finally {
  await cloud.close();
  process.disconnect();
}
