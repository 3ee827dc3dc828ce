/** What the suites of the docker driver share: a cloud's worth of engine objects of their own, and the proof that all are gone. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, vi } from 'vitest';
import { Engine } from '../emulator/hardware/docker/engine.ts';
import { ImageContainers } from '../emulator/hardware/docker/image-containers.ts';
import { ensureImages } from '../emulator/hardware/docker/images.ts';
import { LABEL, Labels } from '../emulator/hardware/docker/labels.ts';
import { findApplianceFolder } from '../emulator/hardware/docker/recipe.ts';
import { Registry } from '../emulator/hardware/docker/registry.ts';

export const docker = new Docker();
const applianceFolder = findApplianceFolder();

/** A cloud id that no other run has. */
export const testCloudId = (): string => `test-${randomUUID().slice(0, 8)}`;

export const testFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'cloudyard-'));

/** Builds the images, on the first run on a machine. */
export async function testImages(): Promise<void> {
  const engine = new Engine(docker);
  const imageContainers = new ImageContainers(engine, new Labels(testCloudId()));
  const registry = new Registry({ engine, now: Date.now });
  await ensureImages({ engine, imageContainers, registry, applianceFolder, now: Date.now });
}

/** Everything of a cloud that is left on this machine, in words. */
async function leftovers(cloudId: string, folder: string): Promise<string[]> {
  const filters = { label: [`${LABEL.cloud}=${cloudId}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const loops = execFileSync('losetup', ['--noheadings', '--output', 'NAME,BACK-FILE'], { encoding: 'utf8' });
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return [
    ...containers.map(({ Names }) => `container ${Names[0]}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...loops.split('\n').filter(line => line.includes(folder)),
    ...mounts.split('\n').filter(line => line.includes(folder)),
  ];
}

/** Removes a state folder as the gateway does, and expects that nothing of the cloud is left. */
export async function expectNothingLeft(cloudId: string, folder: string): Promise<void> {
  // The kernel lets go of a killed container's mounts a moment after it.
  await vi.waitFor(async () => expect(await leftovers(cloudId, folder)).toEqual([]), { timeout: 10_000, interval: 100 });
  await rm(folder, { recursive: true });
  await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
}
