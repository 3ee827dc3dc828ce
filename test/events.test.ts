import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CloudEvent, NewEvent } from '../emulator/events/event.ts';
import { EventLog } from '../emulator/events/event-log.ts';
import { LiveTail } from '../emulator/events/live-tail.ts';
import { type Database, openDatabase } from '../emulator/store/database.ts';
import { Clock } from '../emulator/time/clock.ts';
import { Transactions } from '../emulator/transactions.ts';

let folder: string;
let database: Database;
let log: EventLog;
let tail: LiveTail;
let transactions: Transactions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudyard-events-'));
  database = await openDatabase(folder);
  log = new EventLog(database);
  tail = await LiveTail.open(log);
  transactions = new Transactions({ database, log, clock: new Clock(), onCommit: events => tail.publish(events) });
});

afterEach(async () => {
  tail.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const event = (n: number, audience = 'a'): NewEvent => ({
  kind: 'thing.changed',
  resourceType: 'thing',
  resourceId: `thing-${n}`,
  payload: { n },
  audiences: [audience],
});

const emit = (...events: NewEvent[]): Promise<void> =>
  transactions.run(async tx => {
    for (const one of events) tx.emit(one);
  });

async function take(stream: AsyncGenerator<CloudEvent>, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  while (seen.length < count) {
    const { value, done } = await stream.next();
    if (done) break;
    seen.push(value.payload.n);
  }
  return seen;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('a subscriber that comes back with its place misses nothing and sees nothing twice', async () => {
  await emit(event(1), event(2));
  const first = tail.subscribe({ audiences: ['a'], after: 0 });
  const { value } = await first.next();
  await first.return();
  await emit(event(3), event(4));
  expect(await take(tail.subscribe({ audiences: ['a'], after: value?.sequence ?? -1 }), 3)).toEqual([2, 3, 4]);
});

test('without a place it starts with what comes next', async () => {
  await emit(event(1));
  const stream = tail.subscribe({ audiences: ['a'] });
  const next = take(stream, 1);
  await emit(event(2));
  expect(await next).toEqual([2]);
});

test('only the audiences of an event see it; everyone sees what is for everyone; the administrator sees all', async () => {
  await emit(event(1, 'a'), event(2, 'b'), event(3, '*'));
  expect(await take(tail.subscribe({ audiences: ['a', '*'], after: 0 }), 2)).toEqual([1, 3]);
  expect(await take(tail.subscribe({ audiences: 'everything', after: 0 }), 3)).toEqual([1, 2, 3]);
  expect((await log.readAfter(0, ['b', '*'], 10)).map(({ payload }) => payload.n)).toEqual([2, 3]);
});

test('one that lags far behind the memory of the tail reads the log and still sees everything once, in order', async () => {
  const slow = tail.subscribe({ audiences: ['a'], after: 0 });
  await emit(event(1));
  expect(await take(slow, 1)).toEqual([1]);
  for (let n = 2; n <= 9001; n += 500) await emit(...range(n, Math.min(n + 499, 9001)).map(i => event(i)));
  expect(await take(slow, 9000)).toEqual(range(2, 9001));
});

test('subscribers that read at different speeds while events come in all see the same', async () => {
  const streams = [1, 2, 3].map(() => take(tail.subscribe({ audiences: ['a'], after: 0 }), 300));
  for (let n = 1; n <= 300; n++) await emit(event(n));
  for (const seen of await Promise.all(streams)) expect(seen).toEqual(range(1, 300));
});

test('numbers follow the commits, and a transaction that fails leaves no event', async () => {
  const failing = transactions.run(async tx => {
    tx.emit(event(1));
    throw new Error('no');
  });
  const [, results] = await Promise.all([expect(failing).rejects.toThrow('no'), Promise.all([emit(event(2)), emit(event(3))])]);
  expect(results).toHaveLength(2);
  expect((await log.readAfter(0, 'everything', 10)).map(({ sequence, payload }) => [sequence, payload.n])).toEqual([
    [1, 2],
    [2, 3],
  ]);
});

test('work that is committed in a group stands or falls by itself', async () => {
  const write = (id: string): Promise<unknown> => transactions.run(tx => tx.db.setting.create({ data: { key: id, value: id } }));
  const results = await Promise.allSettled([write('x'), write('y'), write('x'), write('z')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await database.read.setting.count()).toBe(3);
});

test('a place that is not kept any more, or not reached yet, is refused', async () => {
  await emit(...range(1, 50).map(n => event(n)));
  await log.prune(10);
  await expect(tail.subscribe({ audiences: ['a'], after: 5 }).next()).rejects.toMatchObject({ code: 'Cloudyard.0005' });
  await expect(tail.subscribe({ audiences: ['a'], after: 51 }).next()).rejects.toMatchObject({ code: 'Cloudyard.0006' });
  expect(await take(tail.subscribe({ audiences: ['a'], after: 40 }), 10)).toEqual(range(41, 50));
  expect(await database.read.event.count()).toBe(10);
});

test('closing the tail ends every subscription', async () => {
  const waiting = tail.subscribe({ audiences: ['a'] }).next();
  tail.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
});
