/** Lives on a chunk store and says after each step that it is done, until it is killed. */
import { writeSync } from 'node:fs';
import { openChunkStore } from '../../emulator/store/disks/chunks/chunk-store.ts';
import { LANES, lifeOf, take } from './chunk-store-life.ts';

const store = await openChunkStore({ folder: process.argv[2] ?? '' });
await Promise.all(
  Array.from({ length: LANES }, async (_, lane) => {
    for (const step of lifeOf(lane)) {
      await take(store, step);
      writeSync(1, `${lane}\n`);
    }
  }),
);
await store.close();
