import { type DiskId, DiskStoreError } from '../disk-store.ts';
import type { Index } from './chunk-index.ts';
import type { TreeRoot } from './piece-tree.ts';

export interface DiskRow extends TreeRoot {
  readonly size: number;
}

export function diskTable(db: Index) {
  const select = db.prepare<[string], DiskRow>('SELECT size, node, height FROM disk WHERE id = ?');
  const selectIds = db.prepare<[], string>('SELECT id FROM disk ORDER BY id').pluck();
  const upsert = db.prepare<[string, number, number, number]>(`
    INSERT INTO disk (id, size, node, height) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET size = excluded.size, node = excluded.node, height = excluded.height`);
  const remove = db.prepare<[string]>('DELETE FROM disk WHERE id = ?');

  const find = (id: DiskId): DiskRow | undefined => select.get(id);

  return {
    find,
    /** Throws `not-found`. */
    require(id: DiskId): DiskRow {
      const disk = find(id);
      if (disk === undefined) throw new DiskStoreError('not-found', `there is no disk ${id}`);
      return disk;
    },
    ids: (): DiskId[] => selectIds.all(),
    put(id: DiskId, disk: DiskRow): void {
      upsert.run(id, disk.size, disk.node, disk.height);
    },
    remove(id: DiskId): void {
      remove.run(id);
    },
  };
}
