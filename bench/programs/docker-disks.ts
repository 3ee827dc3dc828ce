/**
 * Opens a cloud on docker hardware with a server that has a system disk and two data disks, and does with it what it is told:
 *   node docker-disks.js FOLDER MEBIBYTES
 * So many MiB that do not compress are written to each disk first. Says `{ ready }` then; see `tasks` for the rest. Everything in the engine is gone
 * when it ends.
 */
import { on } from 'node:events';
import { open } from 'node:fs/promises';
import Docker from 'dockerode';
import { createCheckpoint } from '../../emulator/backups/operations/create-checkpoint.ts';
import { restoreBackup } from '../../emulator/backups/operations/restore-backup.ts';
import { createVault } from '../../emulator/backups/operations/vaults.ts';
import { openCloud } from '../../emulator/cloud.ts';
import { listContentFiles } from '../../emulator/contents/operations/list-files.ts';
import { attachDisk } from '../../emulator/disks/operations/attach-disk.ts';
import { createDisks } from '../../emulator/disks/operations/create-disks.ts';
import { detachDisk } from '../../emulator/disks/operations/detach-disk.ts';
import { serverDisk } from '../../emulator/disks/server-disk.ts';
import { publicImages } from '../../emulator/images/catalogue.ts';
import { createImage } from '../../emulator/images/operations/create-image.ts';
import { createWholeImage } from '../../emulator/images/operations/create-whole-image.ts';
import { deleteImage } from '../../emulator/images/operations/delete-image.ts';
import { deleteServers } from '../../emulator/servers/operations/delete-servers.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { runServerCommand } from '../../emulator/servers/operations/run-server-command.ts';
import { waitForJob } from '../../src/testing/wait-for-job.ts';
import { TOKEN_A } from '../queries.ts';

const PATIENCE = { timeoutMs: 600_000 };
const PIECE = 4 << 20;
const MANY = '/srv/many';
/** There while the server is to write. */
const WRITING = '/run/writing';
const [folder = '', mebibytes = '1024'] = process.argv.slice(2);
const engine = new Docker();
const cloud = await openCloud({ folder, hardware: 'docker' });
const caller = await cloud.tokens.authenticate(TOKEN_A);
const source = publicImages.find(({ debianSuite }) => debianSuite !== null);
if (!source) throw new Error('the catalogue has no Debian');
const places = ['/big', '/mnt/vdb/big', '/mnt/vdc/big'] as const;
let number = 0;

const tasks = {
  async systemImage() {
    const name = `system-${number++}`;
    const { milliseconds, imageId } = await timedJob(() => cloud.run(createImage, caller, { name, serverId }));
    return { milliseconds, imageId };
  },
  /** What it stored beyond the backup before it, too. */
  async wholeImage() {
    const name = `whole-${number++}`;
    const { milliseconds, imageId, backupId } = await timedJob(() =>
      cloud.run(createWholeImage, caller, { name, serverId, vaultId }),
    );
    const { storedBytes } = await cloud.database.read.backup.findUniqueOrThrow({ where: { id: backupId } });
    return { milliseconds, imageId, backupId, storedBytes: Number(storedBytes) };
  },
  /** Copies of the server's three disks as of one moment, again and again, while it writes to all of them: for how long it was held each time. */
  async hold({ times }: { times: number }) {
    const copies = (await cloud.database.read.disk.findMany({ where: { attachments: { some: { serverId } } } })).map(
      ({ id }) => ({
        source: serverDisk(id),
        target: `held-${id}`,
      }),
    );
    if (copies.length !== places.length) throw new Error(`${copies.length} disks`);
    await inServer(writeUntilTold());
    const heldMs: number[] = [];
    for (let time = 0; time < times; time += 1) heldMs.push((await cloud.hardware.snapshot(copies)).frozenMs);
    await inServer(`rm ${WRITING}`);
    await Promise.all(copies.map(({ target }) => cloud.hardware.disks.remove(target)));
    return { heldMs };
  },
  async deleteImage({ imageId }: { imageId: string }) {
    const { jobId } = await cloud.run(deleteImage, caller, { imageId, deleteBackup: true });
    if (jobId) await waitForJob(cloud, jobId, PATIENCE);
    return {};
  },
  /** Writes a MiB in each of ten places of a data disk. */
  async change() {
    await inServer(overwrite(places[1]));
    return {};
  },
  async attach() {
    return timedJob(() => cloud.run(attachDisk, caller, { serverId, diskId: spareId }));
  },
  async detach() {
    return timedJob(() => cloud.run(detachDisk, caller, { serverId, diskId: spareId }));
  },
  /** The engine's own exec of `true` in the server. */
  async exec() {
    const start = performance.now();
    const exec = await engine.getContainer(container(serverId)).exec({ Cmd: ['true'], AttachStdout: true });
    const stream = await exec.start({});
    stream.resume();
    await new Promise(resolve => stream.on('end', resolve));
    await exec.inspect();
    return { milliseconds: performance.now() - start };
  },
  /** From the request to ACTIVE; the server is deleted again with its disks. */
  async launch({ imageId }: { imageId: string }) {
    const order = { name: `server-${number++}`, imageId, flavorId: 's3.medium.2' };
    const { milliseconds, serverIds } = await timedJob(() => cloud.run(launchServers, caller, order));
    const { jobId } = await cloud.run(deleteServers, caller, { serverIds, deleteDisks: true });
    await waitForJob(cloud, jobId, PATIENCE);
    return { milliseconds };
  },
  /** Writes ten MiB to the spare disk, which is in no server before and after. */
  async changeSpare() {
    await withSpare(device => inServer(overwrite(`/mnt/${device}/big`)));
    return {};
  },
  /** The backup of the spare disk over that disk. */
  async restore() {
    return timedJob(() => cloud.run(restoreBackup, caller, { backupId: spareBackupId }));
  },
  /** Writes the bytes of the spare disk into a file. */
  async save({ file }: { file: string }) {
    const disk = serverDisk(spareId);
    const size = (await cloud.hardware.disks.stat(disk))?.size ?? 0;
    await using target = await open(file, 'w');
    for (let offset = 0; offset < size; offset += PIECE) {
      const bytes = await cloud.hardware.disks.read(disk, { offset, length: Math.min(PIECE, size - offset) });
      if (bytes.some(byte => byte !== 0)) await target.write(bytes, 0, bytes.length, offset);
    }
    await target.truncate(size);
    return {};
  },
  /** A folder of a thousand files of an image. */
  async files({ imageId }: { imageId: string }) {
    const start = performance.now();
    const entries = await cloud.run(listContentFiles, caller, { source: { kind: 'IMAGE', id: imageId }, path: MANY });
    if (entries.length !== 1000) throw new Error(`${entries.length} entries`);
    return { milliseconds: performance.now() - start };
  },
  /** The same folder by `ls` in the server, where it is mounted: the mean of twenty. */
  async ls() {
    const output = await inServer(
      `start=$(date +%s%N); for i in $(seq 20); do ls -lan ${MANY} >/dev/null; done; echo $(($(date +%s%N) - start))`,
    );
    return { milliseconds: Number(output) / 20 / 1e6 };
  },
};

function overwrite(file: string): string {
  const one = `dd if=/dev/urandom of=${file} bs=1M count=1 conv=notrunc seek=$((i * 97)) 2>/dev/null`;
  return `for i in 0 1 2 3 4 5 6 7 8 9; do ${one} || exit 1; done; sync`;
}

/** Starts one writer for each disk, each over and over in the same MiB. */
function writeUntilTold(): string {
  const writer = 'while [ -e "$0" ]; do dd if=/dev/urandom of="$1" bs=64k count=16 conv=notrunc,fsync 2>/dev/null; done';
  const start = (place: string): string => `setsid sh -c '${writer}' ${WRITING} ${place} </dev/null >/dev/null 2>&1 &`;
  return [`touch ${WRITING}`, ...places.map(start)].join('\n');
}

/** Does something while the server has the spare disk, which it finds as a device of this name. */
async function withSpare(work: (device: string) => Promise<unknown>): Promise<void> {
  await tasks.attach();
  await work('vdd');
  await tasks.detach();
}

async function timedJob<Answer extends { jobId: string }>(
  order: () => Promise<Answer>,
): Promise<Answer & { milliseconds: number }> {
  const start = performance.now();
  const answer = await order();
  await waitForJob(cloud, answer.jobId, PATIENCE);
  return { ...answer, milliseconds: performance.now() - start };
}

async function inServer(script: string): Promise<string> {
  const command = ['sh', '-c', script];
  const { exitCode, stdout, stderr } = await cloud.run(runServerCommand, caller, { serverId, command, timeoutSeconds: 300 });
  if (exitCode !== 0) throw new Error(Buffer.from(stderr, 'base64').toString());
  return Buffer.from(stdout, 'base64').toString();
}

function container(id: string): string {
  return `cloudyard-${cloud.id}-server-${id}`;
}

let serverId = '';
let spareId = '';
let spareBackupId = '';
let vaultId = '';
try {
  const dataDisk = { type: 'SSD', size: 10, fileSystem: 'EXT4' } as const;
  const order = { name: 'server', imageId: source.id, flavorId: 's3.medium.2', dataDisks: [dataDisk, dataDisk] };
  const launched = await timedJob(() => cloud.run(launchServers, caller, order));
  serverId = launched.serverIds[0] ?? '';
  const spare = await timedJob(() => cloud.run(createDisks, caller, { name: 'spare', ...dataDisk }));
  spareId = spare.diskIds[0] ?? '';
  vaultId = (await cloud.run(createVault, caller, { name: 'vault', size: 1000 })).vaultId;
  await withSpare(device => inServer(`dd if=/dev/urandom of=/mnt/${device}/big bs=1M count=${mebibytes} conv=fsync`));
  const spareVault = { name: 'spare', objectType: 'DISK', size: 100 } as const;
  const spareVaultId = (await cloud.run(createVault, caller, { ...spareVault, resources: [{ id: spareId }] })).vaultId;
  spareBackupId = (await timedJob(() => cloud.run(createCheckpoint, caller, { vaultId: spareVaultId }))).backupIds[0] ?? '';
  for (const place of places) await inServer(`dd if=/dev/urandom of=${place} bs=1M count=${mebibytes} conv=fsync`);
  await inServer(`mkdir -p ${MANY} && cd ${MANY} && for i in $(seq 1000); do echo $i >file-$i; done && sync`);
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
