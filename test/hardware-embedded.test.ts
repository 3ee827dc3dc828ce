import './leaks.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedHardware } from '../emulator/hardware/embedded/embedded-hardware.ts';
import type { Hardware, ImageSource } from '../emulator/hardware/hardware.ts';
import { openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { hardwareContract, type OpenHardware } from './contracts/hardware.ts';

const debian: ImageSource = {
  name: 'Standard_Debian_12_latest',
  osVersion: 'Debian GNU/Linux 12.0.0 64bit',
  platform: 'Debian',
  osType: 'Linux',
  container: 'debian:12',
  debianSuite: 'bookworm',
};

const openOn = async (folder: string): Promise<Hardware> =>
  openEmbeddedHardware({ folder: join(folder, 'hardware'), disks: await openChunkStore({ folder: join(folder, 'disks') }) });

const openInFolder: OpenHardware = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  let hardware = await openOn(folder);
  return {
    hardware,
    async reopen(options) {
      await hardware.close(options);
      hardware = await openOn(folder);
      return hardware;
    },
    async dispose() {
      await hardware.close();
      await rm(folder, { recursive: true });
    },
  };
};

hardwareContract('embedded', openInFolder, debian);
