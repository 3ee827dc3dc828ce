import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DisksMissingError, HardwareMismatchError, openHardware } from './open-hardware.ts';

const request = { cloudId: '3be781ca-57a7-4dcd-b269-62c76b39aa99', floorBytes: 0, quotaBytes: undefined } as const;

test('a state on containers whose pool is gone is refused before an engine is asked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cloudyard-no-pool-'));
  await mkdir(join(folder, 'hardware'));
  await writeFile(join(folder, 'hardware', 'trial.json'), '{}');
  await expect(openHardware({ ...request, folder, choice: 'auto', recorded: 'docker' })).rejects.toThrow(DisksMissingError);
  await rm(folder, { recursive: true });
});

test.each([
  ['embedded', 'docker'],
  ['docker', 'embedded'],
] as const)('a state of %s is not opened with %s', async (recorded, choice) => {
  await expect(openHardware({ ...request, folder: tmpdir(), choice, recorded })).rejects.toThrow(HardwareMismatchError);
});
