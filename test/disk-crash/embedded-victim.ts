/**
 * Starts servers with a seed on embedded hardware; then, over and over until it is killed: writes to one file, formats a disk, attaches it
 * to one of them and detaches the one before.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedHardware } from '../../emulator/hardware/embedded/embedded-hardware.ts';
import { openChunkStore } from '../../emulator/store/disks/chunks/chunk-store.ts';
import { pattern } from '../contracts/bytes.ts';
import { DATA_DISK, dataDisk, debian, seedOf, specOf } from './embedded-machines.ts';

const folder = process.argv[2] ?? '';
const disks = await openChunkStore({ folder: join(folder, 'disks') });
const hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
await hardware.materialise(debian, 'image');
for (const name of ['a', 'b']) {
  await hardware.disks.snapshot([{ source: 'image', target: name }]);
  await hardware.createServer(specOf(name));
  await hardware.startServer(specOf(name), seedOf(name));
}
await hardware.disks.snapshot([{ source: 'image', target: 'files' }]);
for (let round = 1; ; round += 1) {
  await hardware.writeFile({ disk: 'files' }, '/srv/data', pattern(round, 100_000 + round));
  await hardware.disks.create(dataDisk(round), DATA_DISK);
  await hardware.formatDisk(dataDisk(round));
  await hardware.attachDisk('a', { disk: dataDisk(round), device: '/dev/vdb', readOnly: true });
  await hardware.detachDisk('a', dataDisk(round - 1));
  writeSync(1, `${round}\n`);
}
