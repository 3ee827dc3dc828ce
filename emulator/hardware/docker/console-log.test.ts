/** Consoles of any length, against an engine that has nothing but a log. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KIB, MIB } from '../../units.ts';
import { ConsoleLog } from './console-log.ts';
import { Engine } from './engine.ts';

const LIMIT = 256 * KIB;
const MESSAGE = Buffer.alloc(16_000, 'console ');

let folder: string;
let server: Server;
let consoleLog: ConsoleLog;
/** How an engine's answer to the question for a log goes on. */
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudyard-console-'));
  server = createServer((_, response) => answer(response));
  server.listen(join(folder, 'engine.sock'));
  await once(server, 'listening');
  const engine = new Engine(new Docker({ socketPath: join(folder, 'engine.sock') }));
  consoleLog = new ConsoleLog({ engine, folder: join(folder, 'consoles') });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await rm(folder, { recursive: true });
});

function frame(second: number): Buffer {
  const data = Buffer.concat([Buffer.from(`${new Date(second * 1000).toISOString()} `), MESSAGE]);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}

function* said(messages: number): Generator<Buffer> {
  for (let number = 0; number < messages; number++) yield frame(number);
}

function say(response: ServerResponse, messages: number): void {
  Readable.from(said(messages)).pipe(response);
}

test('no more of a long console is read than what is asked for', async () => {
  const closed = new Promise<void>(resolve => {
    answer = response => {
      response.on('close', resolve);
      say(response, Number.POSITIVE_INFINITY);
    };
  });
  const { data, next } = await consoleLog.read('web', 'one', 0);
  expect({ length: data.length, next }).toEqual({ length: LIMIT, next: LIMIT });
  await closed;
});

test('a place far inside is found, and what follows has no gap', async () => {
  answer = response => say(response, 200);
  const all = Buffer.concat(Array.from({ length: 200 }, () => MESSAGE));
  const offset = all.length - LIMIT - 5;
  const first = await consoleLog.read('web', 'one', offset);
  expect(first.data.equals(all.subarray(offset, offset + LIMIT))).toBe(true);
  expect(first.next).toBe(all.length - 5);
});

test('what a container said before it was replaced comes first, also across the seam', async () => {
  answer = response => say(response, 20);
  const before = Buffer.concat(Array.from({ length: 20 }, () => MESSAGE));
  await consoleLog.keep('web', 'one');
  await consoleLog.keep('web', 'one');
  const seam = await consoleLog.read('web', 'two', before.length - 10);
  expect(seam.data.length).toBe(LIMIT);
  expect(seam.data.subarray(0, 10).equals(before.subarray(-10))).toBe(true);
  expect(seam.data.subarray(10).equals(before.subarray(0, LIMIT - 10))).toBe(true);
  const start = await consoleLog.read('web', 'two', 0);
  expect(start.data.equals(before.subarray(0, LIMIT))).toBe(true);
});

async function keptBytes(): Promise<number> {
  const files = await readdir(join(folder, 'consoles'), { recursive: true });
  const found = await Promise.all(files.map(name => stat(join(folder, 'consoles', name))));
  return found.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

test('of a long console that was replaced the end stays, and every offset means what it meant', async () => {
  answer = response => say(response, 200);
  const before = Buffer.concat(Array.from({ length: 200 }, () => MESSAGE));
  const left = before.subarray(-MIB);
  await consoleLog.keep('web', 'one');
  await consoleLog.keep('web', 'one');
  expect(await keptBytes()).toBe(MIB);
  const start = await consoleLog.read('web', 'two', 0);
  expect(start.data.equals(left.subarray(0, LIMIT))).toBe(true);
  expect(start.next).toBe(before.length - MIB + LIMIT);
  const inside = await consoleLog.read('web', 'two', before.length - 500_000);
  expect(inside.data.equals(before.subarray(-500_000, LIMIT - 500_000))).toBe(true);
  const seam = await consoleLog.read('web', 'two', before.length - 10);
  expect(seam.data.equals(Buffer.concat([before.subarray(-10), before.subarray(0, LIMIT - 10)]))).toBe(true);
  expect(seam.next).toBe(before.length - 10 + LIMIT);
});

test('however many containers are replaced, no more than a little is kept of them together', async () => {
  answer = response => say(response, 20);
  const each = 20 * MESSAGE.length;
  for (let number = 0; number < 30; number++) await consoleLog.keep('web', `container${number}`);
  expect(await keptBytes()).toBeLessThan(2 * MIB);
  const { data, next } = await consoleLog.read('web', 'last', 30 * each - MIB);
  expect(data.equals(Buffer.concat(Array.from({ length: LIMIT / 8 }, () => Buffer.from('console '))))).toBe(true);
  expect(next).toBe(30 * each - MIB + LIMIT);
  answer = response => response.end();
  await consoleLog.keep('web', 'silent');
  expect(await consoleLog.read('web', 'last', 30 * each)).toEqual({ data: Buffer.alloc(0), next: 30 * each });
});

test('a container whose removal was cut off is read once, and kept again with what it said since', async () => {
  answer = response => say(response, 100);
  await consoleLog.keep('web', 'one');
  answer = response => say(response, 70);
  await consoleLog.keep('web', 'two');
  const [first, second] = [100 * MESSAGE.length, 72 * MESSAGE.length];
  answer = response => say(response, 72);
  expect((await consoleLog.read('web', 'two', first + second - 9)).data).toHaveLength(9);
  await consoleLog.keep('web', 'two');
  answer = response => response.end();
  expect(await consoleLog.read('web', 'three', first + second - 9)).toMatchObject({ next: first + second });
  expect(await keptBytes()).toBe(MIB);
});
