import Database from 'better-sqlite3';
import { TENANT_A, TENANT_B } from '../queries.ts';

/**
 * Writes images straight into the database of a cloud that is not open: ACTIVE, each with a tag, sorted by time as they would have come.
 * Of ten, one is public, one is tenant A's, one is B's and shared with A (which accepted), the others are strangers'. Ids are scattered.
 */
export function seedImages(file: string, count: number): void {
  const database = new Database(file);
  try {
    // A crash of the benchmark may take the file; it is a copy.
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.pragma('cache_size = -500000');
    database.transaction(() => {
      for (const statement of STATEMENTS) database.prepare(statement).run({ count, a: TENANT_A, b: TENANT_B });
      database.exec('DROP TABLE bench_number');
    })();
    database.pragma('optimize');
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
}

/** Id of the seeded image of a number, from 1 on. */
export function imageId(number: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `${hex(Number((BigInt(number) * SCATTER) % 2n ** 32n), 8)}-0000-4000-8000-${hex(number, 12)}`;
}

const SCATTER = 2_654_435_761n;

/** 2026-01-01, in ms. */
const EPOCH = 1_767_225_600_000;
const created = `(${EPOCH} + n * 1000)`;
const owner =
  "CASE n % 10 WHEN 0 THEN 'c0000000000000000000000000000001' WHEN 1 THEN @a WHEN 2 THEN @b ELSE 'f0000000000000000000000000000001' END";

const STATEMENTS: readonly string[] = [
  `CREATE TEMP TABLE bench_number AS WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
   SELECT n, printf('%08x-0000-4000-8000-%012x', (n * ${SCATTER}) % 4294967296, n) AS id FROM numbers`,
  `INSERT INTO Image (id, ownerId, regionId, name, status, visibility, kind, osType, osVersion, osBit, platform, minDisk, content,
     attributes, createdAt, updatedAt, activeAt)
   SELECT id, ${owner}, iif(n % 10 = 0, '*', 'eu-de'), 'image-' || n, 'ACTIVE', iif(n % 10 = 0, 'PUBLIC', 'PRIVATE'), 'SYSTEM', 'LINUX',
     'Debian 12.0.0 64bit', '64', 'Debian', 4, 'REAL', '{}', ${created}, ${created}, ${created} FROM bench_number`,
  `INSERT INTO ImageTag (imageId, key, value) SELECT id, 'stage', 'test' FROM bench_number`,
  access(`iif(n % 10 = 0, '*', ${owner})`, "iif(n % 10 = 0, 'PUBLIC', 'OWN')", 'NULL', 'true'),
  `INSERT INTO ImageMember (imageId, tenantId, status, createdAt, updatedAt)
   SELECT id, @a, 'ACCEPTED', ${created}, ${created} FROM bench_number WHERE n % 10 = 2`,
  access('@a', "'MEMBER'", "'ACCEPTED'", 'n % 10 = 2'),
];

function access(audience: string, relation: string, memberStatus: string, which: string): string {
  return `INSERT INTO ImageAccess (audience, imageId, relation, listed, memberStatus, name, createdAt, updatedAt)
    SELECT ${audience}, id, ${relation}, 1, ${memberStatus}, 'image-' || n, ${created}, ${created} FROM bench_number WHERE ${which}`;
}
