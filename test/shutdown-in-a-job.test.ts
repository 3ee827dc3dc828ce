/** Shutting down in the middle of a job whose quick steps are not recorded yet, with servers that run on. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Hardware } from '../emulator/hardware/hardware.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

/** On containers the hardware is prepared first. */
const SLOW = { timeout: 360_000 };

let emulator: EmulatorCloud;
afterEach(async () => {
  vi.restoreAllMocks();
  await emulator.close();
});

/** Shuts down when the hardware has done something for a job, and opens the cloud again. No time passes for the job until then. */
async function reopenAfter(method: 'startServer' | 'attachDisk', order: () => Promise<{ jobId: string }>): Promise<string> {
  const { hardware, jobs } = emulator.cloud;
  vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  const close = jobs.close.bind(jobs);
  const closing = new Promise<void>(resolve => {
    jobs.close = () => {
      const closed = close();
      resolve();
      return closed;
    };
  });
  const reopened = new Promise<EmulatorCloud>((resolve, reject) => {
    const work = hardware[method].bind(hardware) as (...args: unknown[]) => Promise<void>;
    const shutDown = async (...args: unknown[]): Promise<void> => {
      await work(...args);
      emulator.reopen({ keepRunning: true }).then(resolve, reject);
      await closing;
    };
    Object.assign(hardware, { [method]: shutDown } satisfies Partial<Record<keyof Hardware, unknown>>);
  });
  const { jobId } = await order();
  emulator = await reopened;
  return jobId;
}

describe.each(everyHardware)('on %s', hardware => {
  beforeEach(async () => {
    emulator = await openEmulator({ hardware });
  }, SLOW.timeout);

  test('a launch whose server runs already makes it anew', SLOW, async () => {
    const first = await emulator.launch();
    const jobId = await reopenAfter('startServer', () =>
      emulator.a.servers.launch({
        name: 'new',
        imageId: SOURCE,
        flavorId: FLAVOR,
        dataDisks: [{ size: 10, fileSystem: 'EXT4' }],
      }),
    );
    expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const { rows } = await emulator.a.servers.list({});
    expect(rows.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
    const states = (await emulator.cloud.hardware.servers()).map(({ state }) => state);
    expect([rows.map(({ id }) => id).includes(first), states]).toEqual([true, ['RUNNING', 'RUNNING']]);
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
  });

  test('a reinstallation whose new system runs already makes it anew', SLOW, async () => {
    const serverId = await emulator.launch();
    const jobId = await reopenAfter('startServer', () =>
      emulator.a.servers.reinstall({ serverId, stopServer: true, adminPassword: 'Cloudyard-2' }),
    );
    expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await emulator.a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE' });
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
  });

  test('a disk that its server has already is taken away from it and made anew', SLOW, async () => {
    const serverId = await emulator.launch();
    const jobId = await reopenAfter('attachDisk', () =>
      emulator.a.disks.create({ name: 'data', size: 10, fileSystem: 'EXT4', serverId }),
    );
    expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const [, disk] = await emulator.a.servers.listDisks({ serverIds: [serverId] });
    expect(await emulator.a.disks.get({ diskId: disk?.diskId ?? '' })).toMatchObject({ status: 'IN_USE' });
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
  });
});
