import './leaks.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { diskStoreContract, type OpenStore } from './contracts/disk-store.ts';

const openInFolder: OpenStore = async ({ room } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  const options = { folder, ...(room === undefined ? {} : { quotaBytes: room }) };
  let store = await openChunkStore(options);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openChunkStore(options);
      return store;
    },
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
};

diskStoreContract('chunks', openInFolder);
