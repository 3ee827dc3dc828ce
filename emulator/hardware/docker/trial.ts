/**
 * What this hardware can do, found by a trial: a small server that boots from a disk, runs a command, and is removed. A device
 * file or a version proves nothing; a server that ran does.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import { DiskStoreError } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { MIB } from '../../units.ts';
import { HardwareError, type ServerSpec } from '../hardware.ts';
import type { Engine } from './engine.ts';
import { LABEL, type Labels } from './labels.ts';
import { forwarder } from './public-addresses.ts';
import type { Servers } from './servers.ts';

export const TRIAL_ID = 'trial';
/** Kept for the driver's own use: no listing of the store shows it. */
const TRIAL_DISK = '@trial';

/** Data disks of 64 MiB: one with a file system, which a server finds at its start, and one without. */
const TRIAL_DATA = { disk: '@trial-data', device: '/dev/vdb', readOnly: false } as const;
const TRIAL_RAW = { disk: '@trial-raw', device: '/dev/vdc', readOnly: false } as const;
const TRIAL_DATA_SIZE = 64 * MIB;
/** A server's root can always ask the kernel to detach a loop device. It must keep its disk all the same, and make itself no way to another. */
const RAW_DISK_TRIAL =
  'dd if=/dev/vdc of=/dev/null bs=4096 count=1 && ! mknod /tmp/loop b 7 0 && busybox losetup -d /dev/vdc && ' +
  'printf kept | dd of=/dev/vdc conv=fsync && test "$(dd if=/dev/vdc bs=4 count=1)" = kept && echo as it should';

const NO_RAW_DISK =
  'a disk without a file system is attached, but shows no /dev/vdb: leave to open its device, and no other, cannot be given to a running server ' +
  'here (that takes Linux 5.12 and version 1 of its control groups)';

/** Why what was tried did not work; undefined where it did. */
export interface TrialOutcome {
  readonly noServer: string | undefined;
  readonly noAddress: string | undefined;
  readonly noRawDisk: string | undefined;
}

export interface TrialContext {
  readonly agent: AgentClient;
  readonly servers: Servers;
  readonly engine: Engine;
  readonly labels: Labels;
  /** The helper's image. */
  readonly image: string;
  readonly version: string;
  readonly exec: (command: readonly string[]) => Promise<string>;
}

export async function tryHardware(context: TrialContext): Promise<TrialOutcome> {
  const [server, noAddress] = await Promise.all([tryServer(context), whyNoAddress(context)]);
  return { ...server, noAddress };
}

async function tryServer({ agent, servers, version, exec }: TrialContext): Promise<Omit<TrialOutcome, 'noAddress'>> {
  const spec: ServerSpec = {
    id: TRIAL_ID,
    tenantId: TRIAL_ID,
    hostname: 'trial',
    disk: TRIAL_DISK,
    dataDisks: [TRIAL_DATA],
    vcpus: 1,
    memoryMiB: 64,
    nics: [],
    sshPort: null,
    metadata: {},
    userData: null,
  };
  try {
    await agent.call('makePlaceholder', { disk: TRIAL_DISK, version, files: [], partitioned: false });
    for (const { disk } of [TRIAL_DATA, TRIAL_RAW]) await agent.call('create', { disk, size: TRIAL_DATA_SIZE });
    await agent.call('formatDisk', { disk: TRIAL_DATA.disk });
    await servers.start(spec);
    const first = (await exec(['cat', '/proc/1/comm'])).trim();
    if (first !== 'init') return noServer(`a trial server booted with ${first} as its first process`);
    const mounts = await exec(['cat', '/proc/mounts']);
    if (!mounts.includes(' /mnt/vdb ext4 ')) return noServer('a trial server does not see its data disk');
    return { noServer: undefined, noRawDisk: await whyNoRawDisk({ agent, servers, exec }) };
  } catch (error) {
    if (error instanceof HardwareError && error.problem === 'unavailable') throw error;
    if (error instanceof DiskStoreError && error.problem === 'unavailable') throw error;
    return noServer(`a trial server did not start: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await servers.stop(TRIAL_ID, 'HARD').catch(() => {});
    await servers.destroy(TRIAL_ID).catch(() => {});
    for (const disk of [TRIAL_DISK, TRIAL_DATA.disk, TRIAL_RAW.disk]) await agent.call('remove', { disk }).catch(() => {});
  }
}

async function whyNoRawDisk({
  agent,
  servers,
  exec,
}: Pick<TrialContext, 'agent' | 'servers' | 'exec'>): Promise<string | undefined> {
  const { server } = await servers.require(TRIAL_ID);
  await agent.call('attachDisk', { server, wanted: TRIAL_RAW });
  const said = await exec(['sh', '-c', RAW_DISK_TRIAL]);
  return said.endsWith('as it should\n') ? undefined : NO_RAW_DISK;
}

const noServer = (why: string) => ({ noServer: why, noRawDisk: why });

/**
 * A loopback address of its own, published as an elastic IP would be, answers to this process. Not where a server of this machine has port 22 of
 * all addresses, nor where the engine is on another machine than we are.
 */
async function whyNoAddress({ engine, labels, image }: TrialContext): Promise<string | undefined> {
  const address = trialAddress(labels.cloudId);
  const name = labels.name('address', TRIAL_ID);
  const body = forwarder(image, 'bridge', { address, subnetId: '', target: '127.0.0.1', ports: [22] });
  const Labels = labels.of('address', TRIAL_ID, { [LABEL.target]: address });
  const remove = () => engine.settle('removing a trial address', docker => docker.getContainer(name).remove({ force: true }));
  try {
    await remove();
    await engine.call('trying an address', docker => docker.createContainer({ ...body, name, Labels }));
    await engine.call('trying an address', docker => docker.getContainer(name).start());
    await connected(address, 22);
    return undefined;
  } catch (error) {
    if (error instanceof HardwareError && error.problem === 'unavailable') throw error;
    return `port 22 of ${address} cannot be had: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await remove().catch(() => {});
  }
}

/** Another one for each cloud, for several may start at the same time. */
function trialAddress(cloudId: string): string {
  const [second, third] = createHash('sha256').update(cloudId).digest();
  return `127.83.${second}.${third}`;
}

async function connected(host: string, port: number): Promise<void> {
  const socket = net.connect({ host, port, timeout: 5_000 });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
      socket.once('timeout', () => reject(new Error('nobody answers')));
    });
  } finally {
    socket.destroy();
  }
}
