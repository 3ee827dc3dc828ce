import type { ChunkForm } from './chunk-form.ts';
import type { Index } from './chunk-index.ts';

export interface Chunk extends ChunkForm {
  readonly id: number;
  /** SHA-256 of the whole piece. */
  readonly digest: Buffer;
  /** References from leaves, and from chunks that are differences from this one. */
  readonly refs: number;
}

/** The chunks: equal pieces are kept once. An id is given once and never again, so it may name a file and key a cache. */
export function chunkTable(db: Index) {
  const byDigest = db.prepare<[Buffer], Chunk>('SELECT * FROM chunk WHERE digest = ?');
  const byId = db.prepare<[number], Chunk>('SELECT * FROM chunk WHERE id = ?');
  const byIds = db.prepare<[string], Chunk>('SELECT * FROM chunk WHERE id IN (SELECT value FROM json_each(?))');
  const insert = db.prepare<[number, Buffer, number, number, Buffer | null]>(
    'INSERT INTO chunk (id, digest, refs, bytes, base, blocks) VALUES (?, ?, 0, ?, ?, ?)',
  );
  const setForm = db.prepare<[number, number, Buffer | null, number]>(
    'UPDATE chunk SET bytes = ?, base = ?, blocks = ? WHERE id = ?',
  );
  const addReferences = db.prepare<[number, number]>('UPDATE chunk SET refs = refs + ? WHERE id = ?');
  const selectDead = db.prepare<[number], Pick<Chunk, 'id' | 'bytes' | 'base'>>(
    'SELECT id, bytes, base FROM chunk WHERE refs = 0 LIMIT ?',
  );
  const deleteChunk = db.prepare<[number]>('DELETE FROM chunk WHERE id = ?');
  const insertTrash = db.prepare<[number]>('INSERT INTO trash (chunk) VALUES (?)');
  const selectTrash = db.prepare<[], number>('SELECT chunk FROM trash').pluck();
  const deleteTrash = db.prepare<[number]>('DELETE FROM trash WHERE chunk = ?');
  const addStored = db.prepare<[number]>(`UPDATE number SET value = value + ? WHERE name = 'stored'`);
  const selectStored = db.prepare<[], number>(`SELECT value FROM number WHERE name = 'stored'`).pluck();

  return {
    find: (digest: Buffer): Chunk | undefined => byDigest.get(digest),
    get: (id: number): Chunk | undefined => byId.get(id),
    getMany: (ids: readonly number[]): Chunk[] => byIds.all(JSON.stringify(ids)),

    /** A chunk that no leaf refers to yet. */
    add({ id, digest, bytes, base, blocks }: Pick<Chunk, 'id' | 'digest'> & ChunkForm): void {
      insert.run(id, digest, bytes, base, blocks);
      if (base !== 0) addReferences.run(1, base);
      addStored.run(bytes);
    },

    /** The file of a chunk was written anew: by several at once, it may be, so what the first of them changed is not changed again. */
    reform(id: number, form: ChunkForm): void {
      const old = byId.get(id);
      if (old === undefined) return;
      setForm.run(form.bytes, form.base, form.blocks, id);
      if (form.base !== 0) addReferences.run(1, form.base);
      if (old.base !== 0) addReferences.run(-1, old.base);
      addStored.run(form.bytes - old.bytes);
    },

    changeReferences(id: number, by: number): void {
      addReferences.run(by, id);
    },

    /** Takes chunks that nobody refers to out of the table and puts them into the trash, about `limit`; those that are held stay. */
    bury(limit: number, held: ReadonlyMap<number, number>): { buried: number; kept: number } {
      const dead = selectDead.all(limit + held.size);
      let buried = 0;
      for (const { id, bytes, base } of dead) {
        if (held.has(id)) continue;
        deleteChunk.run(id);
        if (base !== 0) addReferences.run(-1, base);
        insertTrash.run(id);
        addStored.run(-bytes);
        buried += 1;
      }
      return { buried, kept: dead.length - buried };
    },

    trash: (): number[] => selectTrash.all(),

    forgetTrash(ids: readonly number[]): void {
      for (const id of ids) deleteTrash.run(id);
    },

    /** Bytes of all chunk files. */
    stored: (): number => selectStored.get() ?? 0,
  };
}

export type ChunkTable = ReturnType<typeof chunkTable>;
