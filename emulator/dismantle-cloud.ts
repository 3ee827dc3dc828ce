import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloudConfig } from './config.ts';
import { cloudIdOf } from './first-start.ts';
import { openHardware } from './hardware/open-hardware.ts';
import { hardwareOf } from './hardware-record.ts';
import { DATABASE_FILE, openDatabase } from './store/database.ts';
import { lockState } from './store/state-lock.ts';

/**
 * Removes what the hardware of a closed cloud holds outside its state folder: containers, networks, the helper. The state stays, and the
 * next opening makes all of it again. Returns the kind of hardware; undefined where there is no cloud.
 * Throws StateInUseError, DatabaseUnusableError, and HardwareError where the engine does not answer.
 */
export async function dismantleCloud(stateFolder: string, name = 'default'): Promise<string | undefined> {
  const folder = join(stateFolder, 'clouds', name);
  if (!existsSync(join(folder, DATABASE_FILE))) return undefined;
  const unlock = lockState(folder);
  try {
    const database = await openDatabase(folder);
    const [cloudId, recorded] = await Promise.all([cloudIdOf(database), hardwareOf(database)]).finally(() => database.close());
    if (cloudId === undefined || recorded === undefined) return undefined;
    const { disks } = CloudConfig.parse({});
    const { hardware } = await openHardware({
      choice: 'auto',
      recorded,
      cloudId,
      folder,
      ...disks,
      quotaBytes: disks.quotaBytes,
    });
    await hardware.dismantle().finally(() => hardware.close());
    return recorded;
  } finally {
    unlock();
  }
}
