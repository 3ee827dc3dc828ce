import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Hardware, HardwareKind } from './hardware.ts';

/** `auto`: what the state was made with, else docker where an engine answers that can be given systems for servers, else embedded. */
export type HardwareChoice = HardwareKind | 'auto';

/** The state was made with other hardware: its disks are in another store. */
export class HardwareMismatchError extends Error {
  override readonly name = 'HardwareMismatchError';

  constructor(recorded: HardwareKind, asked: HardwareKind) {
    super(
      `this state was made with the ${recorded} hardware and cannot be opened with ${asked}: choose another state folder, or reset it`,
    );
  }
}

/** The database speaks of disks, and their store is not there. Opened all the same, every image and server would have lost its bytes. */
export class DisksMissingError extends Error {
  override readonly name = 'DisksMissingError';

  constructor(file: string) {
    super(`the disks of this state are gone, there is no ${file}: put the folder back where it was, or reset the state`);
  }
}

export interface HardwareRequest {
  readonly choice: HardwareChoice;
  /** What the state was made with; undefined at the first start. */
  readonly recorded: HardwareKind | undefined;
  readonly cloudId: string;
  readonly folder: string;
  /** In bytes: see the configuration's `disks`. */
  readonly floorBytes: number;
  readonly quotaBytes: number | undefined;
}

export interface OpenedHardware {
  readonly hardware: Hardware;
  /** Why this hardware, in words for the start card. */
  readonly reason: string;
}

/** Chooses and opens the hardware of a cloud. Throws HardwareMismatchError and DisksMissingError. Drivers are loaded only when they are used. */
export async function openHardware(request: HardwareRequest): Promise<OpenedHardware> {
  const { choice, recorded } = request;
  if (recorded !== undefined && choice !== 'auto' && choice !== recorded) throw new HardwareMismatchError(recorded, choice);
  if ((recorded ?? choice) === 'embedded') {
    return {
      hardware: await openEmbedded(request),
      reason: recorded && choice === 'auto' ? 'as this state was made' : 'as asked for',
    };
  }
  const { default: Engine } = await import('dockerode');
  const engine = new Engine();
  if (recorded === 'docker' || choice === 'docker') {
    return { hardware: await openDocker(request, engine), reason: recorded ? 'as this state was made' : 'as asked for' };
  }
  const { whyNotDocker } = await import('./docker/obstacle.ts');
  const obstacle = await whyNotDocker(engine);
  if (obstacle === undefined) return { hardware: await openDocker(request, engine), reason: 'a container engine answers' };
  return { hardware: await openEmbedded(request), reason: obstacle };
}

/** Made by the helper (appliance/agent/settings.py) and by the driver, in the hardware's folder. */
const POOL_FILE = 'pool.xfs';
const TRIAL_FILE = 'trial.json';

async function openEmbedded({ recorded, folder, floorBytes, quotaBytes }: HardwareRequest): Promise<Hardware> {
  const [{ indexFile }, { openChunkStore }, { openEmbeddedHardware }] = await Promise.all([
    import('../store/disks/chunks/chunk-index.ts'),
    import('../store/disks/chunks/chunk-store.ts'),
    import('./embedded/embedded-hardware.ts'),
  ]);
  const store = join(folder, 'disks');
  // The hardware is recorded after the store was made, so a first start that was cut off is not refused.
  if (recorded !== undefined && !existsSync(indexFile(store))) throw new DisksMissingError(indexFile(store));
  const disks = await openChunkStore({
    folder: store,
    floorBytes,
    ...(quotaBytes !== undefined && { quotaBytes }),
  });
  return openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
}

async function openDocker({ cloudId, folder, floorBytes, quotaBytes }: HardwareRequest, engine: Docker): Promise<Hardware> {
  const { openDockerHardware } = await import('./docker/docker-hardware.ts');
  const hardware = join(folder, 'hardware');
  const pool = join(hardware, POOL_FILE);
  // A trial is remembered only where a server ran, and that took a pool.
  if (existsSync(join(hardware, TRIAL_FILE)) && !existsSync(pool)) throw new DisksMissingError(pool);
  return openDockerHardware({
    cloudId,
    folder: hardware,
    engine,
    stateFloor: floorBytes,
    ...(quotaBytes !== undefined && { poolBytes: quotaBytes }),
  });
}
