/** The contract of the hardware, kept by containers. */
import { beforeAll } from 'vitest';
import { openDockerHardware } from '../emulator/hardware/docker/docker-hardware.ts';
import type { ImageSource } from '../emulator/hardware/hardware.ts';
import { docker, expectNothingLeft, testCloudId, testFolder, testImages } from './appliance-bench.ts';
import { hardwareContract, type OpenHardware } from './contracts/hardware.ts';

const ubuntu: ImageSource = {
  name: 'Standard_Ubuntu_22.04_latest',
  osVersion: 'Ubuntu 22.04 server 64bit',
  platform: 'Ubuntu',
  osType: 'Linux',
  container: 'ubuntu:22.04',
  debianSuite: null,
  partitioned: false,
};

const openInFolder: OpenHardware = async () => {
  const options = {
    cloudId: testCloudId(),
    folder: await testFolder(),
    engine: docker,
    poolBytes: 8 * 2 ** 30,
    stateFloor: 2 ** 30,
  };
  let hardware = await openDockerHardware(options);
  return {
    hardware,
    async reopen(how) {
      await hardware.close(how);
      hardware = await openDockerHardware(options);
      return hardware;
    },
    async dispose() {
      await hardware.dismantle();
      await expectNothingLeft(options.cloudId, options.folder);
    },
  };
};

beforeAll(testImages, 600_000);
hardwareContract('docker', openInFolder, ubuntu);
