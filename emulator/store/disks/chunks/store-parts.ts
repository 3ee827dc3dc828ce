import { join } from 'node:path';
import { BackgroundCheckpoints } from '../../background-checkpoints.ts';
import { lockState, StateInUseError } from '../../state-lock.ts';
import { DiskStoreError } from '../disk-store.ts';
import { ChunkFiles } from './chunk-files.ts';
import { ChunkIds } from './chunk-ids.ts';
import { asDiskStoreError, type Index, indexFile, openIndex } from './chunk-index.ts';
import { chunkTable } from './chunk-table.ts';
import { diskTable } from './disk-table.ts';
import { Hasher } from './hasher.ts';
import { PieceStorage } from './piece-storage.ts';
import { PieceTree } from './piece-tree.ts';
import { Reclaimer } from './reclaimer.ts';
import { Room, type RoomLimits } from './room.ts';

/** What a chunk store in a folder is made of. */
export interface StoreParts {
  readonly folder: string;
  /** Lets another process have the folder. */
  readonly unlock: () => void;
  readonly db: Index;
  readonly checkpoints: BackgroundCheckpoints;
  /** Runs work in one transaction of the index. */
  readonly inTransaction: <T>(work: () => T) => T;
  readonly disks: ReturnType<typeof diskTable>;
  readonly chunks: ReturnType<typeof chunkTable>;
  readonly files: ChunkFiles;
  readonly ids: ChunkIds;
  readonly room: Room;
  readonly hasher: Hasher;
  readonly tree: PieceTree;
  readonly storage: PieceStorage;
  readonly reclaimer: Reclaimer;
}

/** Throws `unavailable` where another process has it open. */
export function openParts(folder: string, limits: RoomLimits): StoreParts {
  const unlock = lock(folder);
  try {
    return { folder, unlock, ...partsOver(openIndex(indexFile(folder)), folder, limits) };
  } catch (error) {
    unlock();
    throw error;
  }
}

function partsOver(db: Index, folder: string, limits: RoomLimits): Omit<StoreParts, 'folder' | 'unlock'> {
  const checkpoints = new BackgroundCheckpoints(db);
  const inTransaction = <T>(work: () => T): T => {
    const result = db.transaction(work).immediate();
    checkpoints.committed();
    return result;
  };
  const chunks = chunkTable(db);
  const files = new ChunkFiles(join(folder, 'chunks'));
  const ids = new ChunkIds(db);
  const room = new Room(folder, limits, chunks.stored);
  const hasher = new Hasher();
  const tree = new PieceTree(db, chunks);
  const onRelease = (): void => reclaimer.released();
  const storage = new PieceStorage({ chunks, files, ids, room, hasher, inTransaction, onRelease });
  const reclaimer = new Reclaimer({ tree, chunks, files, held: storage.held, inTransaction });
  return { db, checkpoints, inTransaction, disks: diskTable(db), chunks, files, ids, room, hasher, tree, storage, reclaimer };
}

/** Two processes with one index would each free what the other is about to use. */
function lock(folder: string): () => void {
  try {
    return lockState(folder);
  } catch (error) {
    if (!(error instanceof StateInUseError)) throw asDiskStoreError(error, folder);
    throw new DiskStoreError('unavailable', `another process has the disk store ${folder} open`, { cause: error });
  }
}
