/** How often a start goes on with another ssh port. The port itself is looked at on real hardware (servers-ssh-ports.docker.test.ts). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
let serverId: string;
/** Ports that the hardware was asked for, in turn. */
let asked: (number | null)[];
const FIRST = 27_000;
const OTHERS = 10;

/** A server that is off and, as on hardware with ssh, has a port. All ports look free here, as they do from inside a container. */
beforeEach(async () => {
  emulator = await openEmulator({ config: { sshPorts: { first: FIRST, last: FIRST + OTHERS } } });
  serverId = await emulator.launch();
  const { a, over, cloud } = emulator;
  await over((await a.servers.stop({ serverIds: [serverId] })).jobId);
  await cloud.database.write(tx => tx.server.update({ where: { id: serverId }, data: { sshPort: FIRST } }));
  asked = [];
});
afterEach(() => emulator.close());

/** Starts it where another program has the port for so many starts. */
async function start(takenTimes: number) {
  const { a, over, cloud } = emulator;
  const { startServer } = cloud.hardware;
  cloud.hardware.startServer = (spec, seed) => {
    asked.push(spec.sshPort);
    if (asked.length <= takenTimes) return Promise.reject(new HardwareError('port-taken', 'port is already allocated'));
    return startServer.call(cloud.hardware, spec, seed);
  };
  try {
    return await over((await a.servers.start({ serverIds: [serverId] })).jobId);
  } finally {
    cloud.hardware.startServer = startServer;
  }
}

const server = () => emulator.cloud.database.read.server.findUniqueOrThrow({ where: { id: serverId } });

test('a start goes on with another port each time, and the record names the one that it got', async () => {
  expect(await start(3)).toMatchObject({ status: 'SUCCESS' });
  expect(new Set(asked).size).toBe(4);
  expect(await server()).toMatchObject({ status: 'ACTIVE', sshPort: asked.at(-1) });
});

test('a start gives up in the end, with the reason, and the server is off', async () => {
  expect(await start(Number.POSITIVE_INFINITY)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Ecs.0226',
    failReason: expect.stringContaining('already allocated'),
  });
  expect(new Set(asked).size).toBe(5);
  expect(await server()).toMatchObject({ status: 'SHUTOFF', faultCode: 'Ecs.0226', sshPort: asked.at(-1) });
});

test('where no other port of the range is free it says so, and keeps the port', async () => {
  const { cloud } = emulator;
  const { bootOrder: _, ...row } = await server();
  const rows = Array.from({ length: OTHERS }, (_, index) => {
    return { ...row, id: cloud.ids.uuid(), name: `other-${index}`, sshPort: FIRST + 1 + index, metadata: {} };
  });
  await cloud.database.write(tx => tx.server.createMany({ data: rows }));
  expect(await start(1)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Ecs.0226',
    failReason: expect.stringContaining(`No loopback port is free for ssh (${FIRST} to ${FIRST + OTHERS})`),
  });
  expect(await server()).toMatchObject({ status: 'SHUTOFF', sshPort: FIRST });
});
