/**
 * Opens a cloud on docker hardware in the folder that it is given and does with it what it is told, one thing after the other:
 *   node docker-servers.js FOLDER
 * Says `{ ready }` when a server runs; see `tasks` for the rest. Everything in the engine is gone when it ends.
 */
import { on } from 'node:events';
import { open } from 'node:fs/promises';
import Docker from 'dockerode';
import { openCloud } from '../../emulator/cloud.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { imageDisk } from '../../emulator/images/image-disk.ts';
import { createImage } from '../../emulator/images/operations/create-image.ts';
import { deleteServers } from '../../emulator/servers/operations/delete-servers.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { runServerCommand } from '../../emulator/servers/operations/run-server-command.ts';
import { waitForJob } from '../../src/testing/wait-for-job.ts';
import { TOKEN_A } from '../queries.ts';

const PIECE = 4 << 20;
const PATIENCE = { timeoutMs: 600_000 };
const [folder = ''] = process.argv.slice(2);
const engine = new Docker();
const cloud = await openCloud({ folder, hardware: 'docker' });
const caller = await cloud.tokens.authenticate(TOKEN_A);
const source = publicImages.find(({ debianSuite }) => debianSuite !== null);
if (!source) throw new Error('the catalogue has no Debian');
let number = 0;

const tasks = {
  /** From the request to ACTIVE. The server is deleted again. */
  async launch() {
    const start = performance.now();
    const serverId = await launch();
    const milliseconds = performance.now() - start;
    const { jobId } = await cloud.run(deleteServers, caller, { serverIds: [serverId] });
    await waitForJob(cloud, jobId);
    return { milliseconds };
  },
  /** A container of the same configuration, made and started by hand. */
  async raw() {
    const { Config, HostConfig } = await engine.getContainer(`cloudyard-${cloud.id}-server-${first}`).inspect();
    const ports = Object.keys(HostConfig.PortBindings ?? {}).map(port => [port, [{ HostIp: '127.0.0.1', HostPort: '' }]]);
    const configuration = {
      ...Config,
      Labels: { 'cloudyard.bench': cloud.id },
      HostConfig: { ...HostConfig, PortBindings: Object.fromEntries(ports) },
    };
    const start = performance.now();
    const container = await engine.createContainer(configuration);
    try {
      await container.start();
      return { milliseconds: performance.now() - start };
    } finally {
      await container.remove({ force: true });
    }
  },
  /** Writes bytes that do not compress into the server. */
  async fill({ mebibytes }: { mebibytes: number }) {
    const command = ['dd', 'if=/dev/urandom', 'of=/big', 'bs=1M', `count=${mebibytes}`, 'conv=fsync'];
    const { exitCode, stderr } = await cloud.run(runServerCommand, caller, { serverId: first, command, timeoutSeconds: 300 });
    if (exitCode !== 0) throw new Error(Buffer.from(stderr, 'base64').toString());
    return {};
  },
  /** A system disk image of the running server; `frozenMs` is how long it stood still. */
  async image() {
    const start = performance.now();
    const { jobId, imageId } = await cloud.run(createImage, caller, { name: `image-${number++}`, serverId: first });
    const { outputs } = await waitForJob(cloud, jobId, PATIENCE);
    return { milliseconds: performance.now() - start, imageId, ...Object(outputs) };
  },
  /** Writes the bytes of an image into a file. */
  async save({ imageId, file }: { imageId: string; file: string }) {
    const disk = imageDisk(imageId);
    const size = (await cloud.hardware.disks.stat(disk))?.size ?? 0;
    await using target = await open(file, 'w');
    for (let offset = 0; offset < size; offset += PIECE) {
      const bytes = await cloud.hardware.disks.read(disk, { offset, length: Math.min(PIECE, size - offset) });
      if (bytes.some(byte => byte !== 0)) await target.write(bytes, 0, bytes.length, offset);
    }
    await target.truncate(size);
    return {};
  },
};

async function launch(): Promise<string> {
  const input = { name: `server-${number++}`, imageId: source?.id ?? '', flavorId: 's3.medium.2' };
  const { jobId, serverIds } = await cloud.run(launchServers, caller, input);
  await waitForJob(cloud, jobId, PATIENCE);
  const [serverId = ''] = serverIds;
  return serverId;
}

let first = '';
try {
  first = await launch();
  process.send?.({ ready: true });
  for await (const [{ task, ...details }] of on(process, 'message')) {
    if (task === 'close') break;
    const answer: object = await tasks[task as keyof typeof tasks](details);
    process.send?.(answer);
  }
} finally {
  await cloud.close({ dismantle: true });
  process.disconnect();
}
