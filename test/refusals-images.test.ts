/** What the image service refuses because of how things are. Bad fields: bad-input-images.test.ts; full-ECS images: images-full-ecs.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { waitSuccessfully } from './wait-successfully.ts';
import { whileJobWaits } from './while-job-waits.ts';

let emulator: EmulatorCloud;
/** A server with more data disks than images are made of at once. */
let serverId: string;
let dataDiskIds: string[];
let vaultId: string;

/** Images that a tenant makes at once. */
const TASKS = 40;

beforeAll(async () => {
  emulator = await openEmulator();
  const { a } = emulator;
  serverId = await emulator.launch({ dataDisks: [{ size: 10, count: TASKS + 1 }] });
  const [, ...data] = await a.servers.listDisks({ serverIds: [serverId] });
  dataDiskIds = data.map(({ diskId }) => diskId);
  ({ vaultId } = await a.vaults.create({ name: 'vault', size: 1000 }));
});
afterAll(() => emulator.close());

const ofDisks = (ids: readonly string[]) =>
  emulator.a.images.createDataImages({ dataImages: ids.map((diskId, index) => ({ name: `data-${index}`, diskId })) });

/** Whatever was refused has left no image. */
async function expectNoImage(): Promise<void> {
  expect((await emulator.a.images.list({ filter: { relation: 'OWN' } })).rows).toEqual([]);
}

describe('is refused', () => {
  test('an image, of whatever kind, of a server that is being launched', async () => {
    const { a } = emulator;
    const order = () => a.servers.launch({ name: 'new', imageId: SOURCE, flavorId: FLAVOR, dataDisks: [{ size: 10 }] });
    const codes = await whileJobWaits(emulator, { jobType: 'createSingleServer' }, order, async ({ serverIds }) => [
      await refusal(a.images.create({ name: 'early', serverId: serverIds[0] ?? '' })),
      await refusal(a.images.createWhole({ name: 'early', serverId: serverIds[0] ?? '', vaultId })),
    ]);
    expect(codes).toEqual(['IMG.0008', 'IMG.0126']);
    await expectNoImage();
  });

  test('a full-ECS image of a bare-metal server', async () => {
    const { a } = emulator;
    const machine = { name: 'metal', imageId: publicImageId('BMS_Debian_12_latest'), flavorId: 'physical.s4.medium' };
    const { jobId, serverIds } = await a.bareMetal.launch(machine);
    await waitSuccessfully(emulator, jobId);
    expect(await refusal(a.images.createWhole({ name: 'no', serverId: serverIds[0] ?? '', vaultId }))).toBe('IMG.0063');
    await expectNoImage();
  });

  test('a full-ECS image of a backup that is not named', async () => {
    expect(await refusal(emulator.a.images.createWholeFromBackup({ name: 'no' } as { name: string; backupId: string }))).toBe(
      'IMG.0019',
    );
  });

  test('a full-ECS image in a vault that is being deleted', async () => {
    const { a } = emulator;
    const other = await a.vaults.create({ name: 'other', size: 1000 });
    const code = await whileJobWaits(
      emulator,
      { jobType: 'deleteVault' },
      () => a.vaults.delete(other),
      () => refusal(a.images.createWhole({ name: 'no', serverId, ...other })),
    );
    expect(code).toBe('IMG.0188');
    await expectNoImage();
  });

  test('more images than are made at once, and what an image is too new for', async () => {
    const { a, b } = emulator;
    expect(await refusal(ofDisks(dataDiskIds))).toBe('IMG.0060');
    await expectNoImage();
    const [first = '', ...others] = dataDiskIds;
    const order = () => ofDisks([first]);
    const codes = await whileJobWaits(emulator, { jobType: 'imsCopyVolumeToImageJob' }, order, async ({ imageIds }) => [
      await refusal(ofDisks(others)),
      await refusal(a.images.share({ imageIds: [...imageIds], tenantIds: [b.id] })),
      await refusal(a.images.update({ imageId: imageIds[0] ?? '', description: 'new' })),
    ]);
    expect(codes).toEqual(['IMG.0060', 'IMG.0046', 'IMG.0046']);
    const { rows } = await a.images.list({ filter: { relation: 'OWN' } });
    expect(rows).toMatchObject([{ status: 'ACTIVE', memberCount: 0, sourceDiskId: first }]);
  });
});

test('nothing was lost, and nothing is half made', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
