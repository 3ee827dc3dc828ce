/** Forwarders that end, against an engine that has one and can do no more than start and end it. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { Engine } from './engine.ts';
import { LABEL, Labels } from './labels.ts';
import { PublicAddresses } from './public-addresses.ts';
import { Restarts } from './restarts.ts';
import { Subnets } from './subnets.ts';

const labels = new Labels('test');
const own = labels.of('address', 'eip', { [LABEL.subnet]: 'subnet', [LABEL.target]: '192.168.0.5' });

let folder: string;
let engineServer: http.Server;
let agentServer: net.Server;
let agent: AgentClient;
let addresses: PublicAddresses;
let starts: number;
let now: number;
let pauses: number[];
/** What a pause waits for. */
let pause: (signal: AbortSignal) => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudyard-addresses-'));
  starts = 0;
  engineServer = http.createServer(({ method, url = '' }, response) => {
    if (url.endsWith('/start')) starts++;
    if (method === 'DELETE' || method === 'POST') response.writeHead(204).end();
    else if (url.includes('/containers/json')) response.end(JSON.stringify([{ Id: 'one', Labels: own, State: 'exited' }]));
    else response.end(JSON.stringify(inspected));
  });
  agentServer = net.createServer(socket => socket.on('error', () => {}).once('data', () => socket.write('{"ok": null}\n')));
  engineServer.listen(join(folder, 'engine.sock'));
  agentServer.listen(join(folder, 'agent.sock'));
  await Promise.all([once(engineServer, 'listening'), once(agentServer, 'listening')]);
  now = 0;
  pauses = [];
  pause = async () => {};
  const restarts = new Restarts({
    now: () => now,
    sleep: async (milliseconds, signal) => {
      pauses.push(milliseconds);
      await pause(signal);
    },
  });
  const engine = new Engine(new Docker({ socketPath: join(folder, 'engine.sock') }));
  agent = new AgentClient({ folder });
  const images = () => Promise.reject(new Error('no image is asked for'));
  addresses = new PublicAddresses({
    engine,
    labels,
    agent,
    images,
    restarts,
    subnets: new Subnets({ engine, labels, agent, images }),
  });
  await addresses.restore();
});
afterEach(async () => {
  agent.close();
  engineServer.closeAllConnections();
  await Promise.all([engineServer, agentServer].map(server => new Promise(resolve => server.close(resolve))));
  await rm(folder, { recursive: true });
});

const inspected = {
  Id: 'one',
  State: { Running: true, Pid: 99 },
  Config: { Labels: own, ExposedPorts: { '22/tcp': {} } },
  NetworkSettings: { Networks: {} },
};

test('a forwarder that does not last is started again after growing pauses, and at once when one has lasted', async () => {
  for (let time = 0; time < 10; time++) await addresses.noticeDeath('eip');
  expect(pauses).toEqual([0, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
  expect(starts).toBe(11);
  now += 60_000;
  await addresses.noticeDeath('eip');
  await addresses.noticeDeath('eip');
  expect(pauses.slice(10)).toEqual([0, 200]);
});

test.each([
  ['released', () => addresses.release('eip')],
  ['stopped with all others', () => addresses.stopAll()],
])('a forwarder that is %s while it waits for its start is not started', async (_, end) => {
  pause = async signal => {
    await once(signal, 'abort');
  };
  const restarted = addresses.noticeDeath('eip');
  await end();
  await restarted;
  await addresses.noticeDeath('eip');
  expect(starts).toBe(1);
});
