import type Sqlite from 'better-sqlite3';
import { BackgroundCheckpoints } from '../../store/background-checkpoints.ts';
import type { DiskId } from '../../store/disks/disk-store.ts';
import { openVersioned } from '../../store/open-versioned.ts';
import { MIB } from '../../units.ts';
import { type DiskMount, HardwareError, type ObservedServer, type Seed, type ServerSpec } from '../hardware.ts';

/**
 * What the embedded hardware has to remember: servers and whether they are on, the data disks of those that are on, what they said on
 * their console, and seeds that are not on their disks yet (see seeded-disks.ts). A small SQLite file of its own: a power cycle is one short transaction, which
 * survives the death of the process (WAL) and waits for no device.
 */
const SCHEMA = `
  CREATE TABLE server (
    id TEXT PRIMARY KEY, hostname TEXT NOT NULL, disk TEXT NOT NULL, state TEXT NOT NULL, said INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX server_disk ON server (disk);
  CREATE TABLE line (
    server TEXT NOT NULL REFERENCES server ON DELETE CASCADE, offset INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (server, offset)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE seed (disk TEXT PRIMARY KEY, seed TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
const ATTACHMENTS = `
  CREATE TABLE attachment (
    server TEXT NOT NULL REFERENCES server ON DELETE CASCADE, disk TEXT NOT NULL, device TEXT NOT NULL, read_only INTEGER NOT NULL,
    PRIMARY KEY (server, disk)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attachment_disk ON attachment (disk);
`;
/** What leads to each version from the one before; the last is the present one. */
const STEPS = [SCHEMA, ATTACHMENTS] as const;

/** The end of a console that is kept, in bytes. */
const CONSOLE_KEPT = MIB;

export interface MachineRow extends ObservedServer {
  readonly hostname: string;
  readonly disk: DiskId;
}

interface MountRow extends Pick<DiskMount, 'disk' | 'device'> {
  readonly readOnly: number;
}

interface Line {
  readonly offset: number;
  readonly text: string;
}

type StoredSeed = Omit<Seed, 'userData'> & { readonly userData: string | null };

/** Throws `unavailable` where the file cannot be used; it is left as it is. */
export function openMachineRecords(file: string, now: () => Date) {
  const db = open(file);
  const sql = statements(db);
  const checkpoints = new BackgroundCheckpoints(db);
  const find = (id: string): MachineRow | undefined => sql.find.get(id);

  /** A line on the console of a server: always something that the driver did, since nothing runs that could say anything else. */
  const say = (id: string, words: string): void => {
    const said = sql.said.get(id);
    if (said === undefined) return;
    const text = `[${now().toISOString()}] simulated server: ${words}\n`;
    sql.addLine.run(id, said, text);
    sql.setSaid.run(said + Buffer.byteLength(text), id);
    sql.forgetLines.run(id, said - CONSOLE_KEPT);
  };

  return {
    find,
    say,

    /** Throws `not-found`. */
    require(id: string): MachineRow {
      const server = find(id);
      if (server === undefined) throw new HardwareError('not-found', `there is no server ${id}`);
      return server;
    },

    all: (): MachineRow[] => sql.all.all(),

    /** The server that a disk belongs to; one that runs before one that does not. */
    ownerOf: (disk: DiskId): MachineRow | undefined => sql.owner.get(disk),

    /** Enters a server, off, or gives one that is there another name or disk. */
    put({ id, hostname, disk }: Pick<ServerSpec, 'id' | 'hostname' | 'disk'>): void {
      sql.put.run(id, hostname, disk);
    },

    /** Switches a server and says so on its console. One that is off has no data disks: its next start brings them. */
    turn(id: string, state: ObservedServer['state'], words: string): void {
      sql.setState.run(state, id);
      if (state === 'STOPPED') sql.detachAll.run(id);
      say(id, words);
    },

    /** The data disks of a server that is on. */
    attached: (server: string): DiskMount[] => sql.attached.all(server).map(mountOf),

    attachment(server: string, disk: DiskId): DiskMount | undefined {
      const row = sql.attachment.get(server, disk);
      return row && mountOf(row);
    },

    attach(server: string, { disk, device, readOnly }: DiskMount): void {
      sql.attach.run(server, disk, device, readOnly ? 1 : 0);
    },

    detach(server: string, disk: DiskId): void {
      sql.detach.run(server, disk);
    },

    /** A server that is on and has the disk, as its system or a data disk. */
    userOf: (disk: DiskId): string | undefined => sql.user.get({ disk }),

    /** The lines of a console from the one on that holds byte `offset`, enough for `limit` bytes. */
    lines(id: string, offset: number, limit: number): Line[] {
      const first = sql.lineAt.get(id, offset) ?? 0;
      return sql.lines.all(id, first, Math.max(offset, first) + limit);
    },

    /** Removes a server with its console. */
    remove(id: string): void {
      sql.remove.run(id);
    },

    putSeed(disk: DiskId, { userData, ...seed }: Seed): void {
      const stored: StoredSeed = { ...seed, userData: userData?.toString('base64') ?? null };
      sql.putSeed.run(disk, JSON.stringify(stored));
    },

    seedOf(disk: DiskId): Seed | undefined {
      const json = sql.seed.get(disk);
      if (json === undefined) return undefined;
      const { userData, ...seed }: StoredSeed = JSON.parse(json);
      return { ...seed, userData: userData === null ? null : Buffer.from(userData, 'base64') };
    },

    seededDisks: (): DiskId[] => sql.seededDisks.all(),

    removeSeed(disk: DiskId): void {
      sql.removeSeed.run(disk);
    },

    atomically<T>(work: () => T): T {
      const result = db.transaction(work).immediate();
      checkpoints.committed();
      return result;
    },

    async close(): Promise<void> {
      await checkpoints.settled();
      db.close();
    },
  };
}

export type MachineRecords = ReturnType<typeof openMachineRecords>;

const mountOf = ({ readOnly, ...mount }: MountRow): DiskMount => ({ ...mount, readOnly: readOnly === 1 });

function statements(db: Sqlite.Database) {
  const machine = 'SELECT id, hostname, disk, state FROM server';
  return {
    find: db.prepare<[string], MachineRow>(`${machine} WHERE id = ?`),
    all: db.prepare<[], MachineRow>(`${machine} ORDER BY id`),
    owner: db.prepare<[string], MachineRow>(`${machine} WHERE disk = ? ORDER BY state, id LIMIT 1`),
    put: db.prepare<[string, string, string]>(
      `INSERT INTO server (id, hostname, disk, state) VALUES (?, ?, ?, 'STOPPED')
       ON CONFLICT (id) DO UPDATE SET hostname = excluded.hostname, disk = excluded.disk`,
    ),
    setState: db.prepare<[string, string]>('UPDATE server SET state = ? WHERE id = ?'),
    remove: db.prepare<[string]>('DELETE FROM server WHERE id = ?'),
    attached: db.prepare<[string], MountRow>(
      'SELECT disk, device, read_only AS readOnly FROM attachment WHERE server = ? ORDER BY device, disk',
    ),
    attachment: db.prepare<[string, string], MountRow>(
      'SELECT disk, device, read_only AS readOnly FROM attachment WHERE server = ? AND disk = ?',
    ),
    attach: db.prepare<[string, string, string, number]>(
      `INSERT INTO attachment (server, disk, device, read_only) VALUES (?, ?, ?, ?)
       ON CONFLICT (server, disk) DO UPDATE SET device = excluded.device, read_only = excluded.read_only`,
    ),
    detach: db.prepare<[string, string]>('DELETE FROM attachment WHERE server = ? AND disk = ?'),
    detachAll: db.prepare<[string]>('DELETE FROM attachment WHERE server = ?'),
    user: db
      .prepare<[{ disk: string }], string>(
        `SELECT id FROM server WHERE disk = :disk AND state = 'RUNNING'
         UNION ALL SELECT server FROM attachment WHERE disk = :disk LIMIT 1`,
      )
      .pluck(),
    said: db.prepare<[string], number>('SELECT said FROM server WHERE id = ?').pluck(),
    setSaid: db.prepare<[number, string]>('UPDATE server SET said = ? WHERE id = ?'),
    addLine: db.prepare<[string, number, string]>('INSERT INTO line (server, offset, text) VALUES (?, ?, ?)'),
    forgetLines: db.prepare<[string, number]>('DELETE FROM line WHERE server = ? AND offset < ?'),
    lineAt: db.prepare<[string, number], number | null>('SELECT max(offset) FROM line WHERE server = ? AND offset <= ?').pluck(),
    lines: db.prepare<[string, number, number], Line>(
      'SELECT offset, text FROM line WHERE server = ? AND offset >= ? AND offset < ? ORDER BY offset',
    ),
    putSeed: db.prepare<[string, string]>(
      'INSERT INTO seed (disk, seed) VALUES (?, ?) ON CONFLICT (disk) DO UPDATE SET seed = excluded.seed',
    ),
    seed: db.prepare<[string], string>('SELECT seed FROM seed WHERE disk = ?').pluck(),
    seededDisks: db.prepare<[], string>('SELECT disk FROM seed ORDER BY disk').pluck(),
    removeSeed: db.prepare<[string]>('DELETE FROM seed WHERE disk = ?'),
  };
}

function open(file: string): Sqlite.Database {
  try {
    const db = openVersioned(file, STEPS);
    db.pragma('foreign_keys = ON');
    return db;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HardwareError('unavailable', `the records of the embedded hardware, ${file}, cannot be used: ${why}`, {
      cause: error,
    });
  }
}
