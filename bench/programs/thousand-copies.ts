/**
 * A gateway on embedded hardware, in the folder that it is given, with one disk and 500 images and 500 backups of it, which were made
 * in turn while the disk changed:
 *   node thousand-copies.js FOLDER
 * Says `{ url, imageIds, backupIds }`, the oldest first. Told to `watch`, it looks at its event loop, and says `{ longestPauseMs }` at the next word.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import pino from 'pino';
import { createCheckpoint } from '../../emulator/backups/operations/create-checkpoint.ts';
import { createVault } from '../../emulator/backups/operations/vaults.ts';
import { openCloud } from '../../emulator/cloud.ts';
import { serverDisk } from '../../emulator/disks/server-disk.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { createDataImages } from '../../emulator/images/operations/create-data-images.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { limitHeapGrowth } from '../../src/cli/up/heap-growth.ts';
import { startGateway } from '../../src/gateway.ts';
import { waitForJob } from '../../src/testing/wait-for-job.ts';
import { LoopPauses } from '../loop-pauses.ts';
import { TENANT_A, TOKEN_A } from '../queries.ts';

const SIZE = 10;
const DISK = SIZE * 1024 ** 3;
/** So many places of the disk hold so many bytes, scattered as files are. Every copy is read once and summed, so it is not more. */
const PLACES = 40;
const PLACE = 64 * 1024;
/** Between two copies so many writes, of so many bytes, somewhere in these places. */
const CHANGES = 10;
const CHANGE = 4096;
const PAIRS = 500;

const [folder = ''] = process.argv.slice(2);
// As the gateway does.
limitHeapGrowth();
const quotas = { images: PAIRS, backups: -1 };
const cloud = await openCloud({ folder, hardware: 'embedded', config: { quotas } });
const caller = await cloud.tokens.authenticate(TOKEN_A);
const source = publicImages.find(({ osType, architecture }) => osType === 'Linux' && architecture === 'x86');
if (!source) throw new Error('the catalogue has no Linux image');
const order = { name: 'server', imageId: source.id, flavorId: 's3.medium.2', dataDisks: [{ size: SIZE }] };
const launched = await cloud.run(launchServers, caller, order);
await waitForJob(cloud, launched.jobId);
const disk = await cloud.database.read.disk.findFirstOrThrow({ where: { tenantId: TENANT_A, size: SIZE } });
const resources = [{ id: disk.id }];
const { vaultId } = await cloud.run(createVault, caller, { name: 'vault', objectType: 'DISK', size: 10_000, resources });

const write = (offset: number, bytes: number): Promise<void> =>
  cloud.hardware.disks.write(serverDisk(disk.id), offset, randomBytes(bytes));
const random = (below: number): number => Math.floor(Math.random() * below);
const offsetOf = (place: number): number => Math.floor((place * DISK) / PLACES);
for (let place = 0; place < PLACES; place += 1) await write(offsetOf(place), PLACE);

const change = async (): Promise<void> => {
  for (let number = 0; number < CHANGES; number += 1)
    await write(offsetOf(random(PLACES)) + random(PLACE / CHANGE) * CHANGE, CHANGE);
};

const imageIds: string[] = [];
const backupIds: string[] = [];
for (let number = 0; number < PAIRS; number += 1) {
  await change();
  const image = await cloud.run(createDataImages, caller, { dataImages: [{ name: `image-${number}`, diskId: disk.id }] });
  await waitForJob(cloud, image.jobId);
  imageIds.push(...image.imageIds);
  await change();
  const backup = await cloud.run(createCheckpoint, caller, { vaultId, name: `backup-${number}` });
  await waitForJob(cloud, backup.jobId);
  backupIds.push(...backup.backupIds);
}

const logger = pino({ level: 'silent' });
const gateway = await startGateway({ cloud, host: '127.0.0.1', port: 0, logger, demoCredentialsAnywhere: true });
process.send?.({ url: gateway.url, imageIds, backupIds });
await once(process, 'message');
const pauses = new LoopPauses();
process.send?.({ watching: true });
await once(process, 'message');
process.send?.({ longestPauseMs: pauses.longestMs() });
await gateway.close();
await cloud.close();
process.disconnect();
