/** The client's half of the conversation with the agent; the other half is played here. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DiskStoreError } from '../disk-store.ts';
import { AgentClient, type AgentClientOptions } from './agent-client.ts';
import { AgentError } from './agent-error.ts';
import { diskStoreError } from './pool-errors.ts';

type Answer = (request: string, connection: net.Socket) => void;

let folder: string;
let server: net.Server | undefined;
let client: AgentClient | undefined;
const connections = new Set<net.Socket>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-'));
});
afterEach(async () => {
  client?.close();
  client = undefined;
  await stop();
  await rm(folder, { recursive: true });
});

async function stop(): Promise<void> {
  for (const connection of connections) connection.destroy();
  connections.clear();
  const playing = server;
  server = undefined;
  if (playing) await new Promise(resolve => playing.close(resolve));
}

async function play(answer: Answer, at = folder): Promise<void> {
  server = net.createServer({ allowHalfOpen: true }, connection => {
    connections.add(connection);
    let request = '';
    connection.on('data', data => {
      request += data.toString('latin1');
      answer(request, connection);
    });
    connection.on('error', () => {});
  });
  await new Promise<void>(resolve => server?.listen(join(at, 'agent.sock'), resolve));
}

function open(options: Partial<AgentClientOptions> = {}): AgentClient {
  client = new AgentClient({ folder, ...options });
  return client;
}

describe('a reply', () => {
  test('may come in any pieces: progress, a value, and bytes that look like lines', async () => {
    const bytes = Buffer.from('{"ok":1}\n\n\0');
    const whole = Buffer.concat([
      Buffer.from(`{"progress":[1,2]}\n{"progress":[2,2]}\n{"ok":{"a":1},"body":${bytes.length}}\n`),
      bytes,
    ]);
    await play((_, connection) => {
      for (const byte of whole) connection.write(Buffer.from([byte]));
      connection.end();
    });
    const heard: number[] = [];
    const reply = await open().call('read', {}, { onProgress: done => heard.push(done) });
    expect(reply.value).toEqual({ a: 1 });
    expect(reply.body.equals(bytes)).toBe(true);
    expect(heard).toEqual([1, 2]);
  });

  test.each([
    ['an error', '{"errno":"ENOSPC","error":"full"}\n', 'ENOSPC'],
    ['cut off in its line', '{"ok":', 'AGENT_GONE'],
    ['cut off in its bytes', '{"ok":null,"body":9}\nabc', 'AGENT_GONE'],
    ['nothing at all', '', 'AGENT_GONE'],
  ])('that is %s is thrown', async (_, text, code) => {
    await play((_request, connection) => void connection.end(text));
    await expect(open().call('x', {})).rejects.toMatchObject({ name: 'AgentError', code });
  });

  test('that does not come is given up on', async () => {
    await play(() => {});
    await expect(open().call('x', {}, { silenceMs: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });
});

describe('a request', () => {
  test('of a stream goes in pieces after their lengths, and an empty piece ends it', async () => {
    const got = vi.fn();
    await play((request, connection) => {
      if (!request.endsWith('\0\0\0\0')) return;
      got(request);
      connection.end('{"ok":null}\n');
    });
    await open().call('put', { a: 1 }, { body: Readable.from([Buffer.from('abc'), Buffer.alloc(0), Buffer.from('d')]) });
    expect(got).toHaveBeenCalledWith('{"op":"put","a":1,"body":null}\n\0\0\0\x03abc\0\0\0\x01d\0\0\0\0');
  });

  test('of a stream that breaks off fails, and the agent is told of no end', async () => {
    let got = '';
    const ended = new Promise<void>(resolve => {
      void play((request, connection) => {
        got = request;
        connection.once('end', resolve);
      });
    });
    const body = new Readable({ read: () => {} });
    body.push('abc');
    const put = open().call('put', {}, { body });
    await vi.waitFor(() => expect(got).toContain('abc'));
    body.destroy();
    await expect(put).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    await ended;
    expect(got).not.toContain('\0\0\0\0');
  });

  test('can be stopped, before and during', async () => {
    await play((_, connection) => void connection.write('{"progress":[1,2]}\n'));
    await expect(open().call('x', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    const controller = new AbortController();
    const stopped = open().call('x', {}, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('that finds no agent brings it back, and is made once more', async () => {
    const revive = vi.fn(() => play((_, connection) => void connection.end('{"ok":"back"}\n')));
    expect((await open({ revive }).call('x', {})).value).toBe('back');
    expect(revive).toHaveBeenCalledTimes(1);
  });

  test('while the agent is being brought back, requests wait; those that bring it back do not', async () => {
    const asked: string[] = [];
    await play((line, connection) => {
      asked.push(line);
      connection.end('{"ok":null}\n');
    });
    let ready: () => void = () => {};
    const revival = new Promise<void>(resolve => {
      ready = resolve;
    });
    const client = open({ beingRevived: () => revival });
    const waiting = client.call('detachDisk', {});
    await client.callOnce('openPool', {});
    ready();
    await waiting;
    expect(asked.map(line => JSON.parse(line).op)).toEqual(['openPool', 'detachDisk']);
  });

  test('is made no third time, nor again where its stream is used up', async () => {
    const revive = vi.fn(async () => {});
    await expect(open({ revive }).call('x', {})).rejects.toMatchObject({ code: 'AGENT_GONE' });
    expect(revive).toHaveBeenCalledTimes(1);
    await expect(open({ revive }).call('x', {}, { body: Readable.from(['a']) })).rejects.toMatchObject({ code: 'AGENT_GONE' });
    expect(revive).toHaveBeenCalledTimes(1);
  });

  test('reaches a socket whose path is longer than a socket may have', async () => {
    const deep = join(folder, 'd'.repeat(100), 'e'.repeat(100));
    await mkdir(deep, { recursive: true });
    const short = await mkdtemp(join(tmpdir(), 's-'));
    await play((_, connection) => void connection.end('{"ok":"far"}\n'), short);
    await rename(join(short, 'agent.sock'), join(deep, 'agent.sock'));
    expect((await open({ folder: deep }).call('x', {})).value).toBe('far');
    await rm(short, { recursive: true });
  });
});

test('every errno has its meaning for the users of the store; what is no agent error stays what it is', () => {
  const problem = (code: string) => {
    const error = diskStoreError(new AgentError(code, 'm'));
    return error instanceof DiskStoreError ? error.problem : error;
  };
  expect(['ENOENT', 'EEXIST', 'ENOSPC', 'ERANGE', 'EIO', 'AGENT_GONE', 'EPERM'].map(problem)).toEqual([
    'not-found',
    'exists',
    'no-space',
    'out-of-range',
    'corrupt',
    'unavailable',
    'unavailable',
  ]);
  const other = new TypeError('x');
  expect(diskStoreError(other)).toBe(other);
});
