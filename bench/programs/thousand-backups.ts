/**
 * Backs up one disk a thousand times in a chunk store in the folder that it is given, as differential backups do: a copy after each change.
 *   node thousand-backups.js FOLDER
 * Says `{ ready }`; when it is told to go it counts what all of them take, deletes the oldest half, counts again, and says
 * `{ milliseconds, longestPauseMs }`: the longest time that the event loop was kept from its work.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openChunkStore } from '../../emulator/store/disks/chunks/chunk-store.ts';
import { LoopPauses } from '../loop-pauses.ts';

const MIB = 1 << 20;
const DISK = 10 * 1024 * MIB;
const DATA = 100 * MIB;
const BACKUPS = 1000;
/** Between two backups, in so many places, so many bytes. */
const PLACES = 10;
const CHANGE = 4096;

const [folder = ''] = process.argv.slice(2);
const store = await openChunkStore({ folder });
const backup = (number: number): string => `backup-${number}`;
const somewhere = (): number => Math.floor((Math.random() * DISK) / CHANGE) * CHANGE;

await store.create('disk', DISK);
// Scattered over the disk, as files are.
const step = Math.floor(DISK / DATA) * MIB;
const spread = Array.from({ length: DATA / MIB }, (_, at) => ({ offset: at * step, data: randomBytes(MIB) }));
await store.writeAll('disk', spread);
for (let number = 0; number < BACKUPS; number += 1) {
  const changes = Array.from({ length: PLACES }, () => ({ offset: somewhere(), data: randomBytes(CHANGE) }));
  await store.writeAll('disk', changes);
  await store.snapshot([{ source: 'disk', target: backup(number) }]);
}

process.send?.({ ready: true });
await once(process, 'message');
const all = Array.from({ length: BACKUPS }, (_, number) => backup(number));
const pauses = new LoopPauses();
const start = performance.now();
await store.usageOf(all);
await Promise.all(all.slice(0, BACKUPS / 2).map(id => store.remove(id)));
await store.usageOf(all.slice(BACKUPS / 2));
const milliseconds = performance.now() - start;
process.send?.({ milliseconds, longestPauseMs: pauses.longestMs() });
await store.close();
process.disconnect();
