/**
 * What this hardware can do, found by a trial: a small server that boots from a disk, runs a command, and is removed. A device
 * file or a version proves nothing; a server that ran does.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import { DiskStoreError } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { HardwareError, type ServerSpec } from '../hardware.ts';
import type { Engine } from './engine.ts';
import { LABEL, type Labels } from './labels.ts';
import { forwarder } from './public-addresses.ts';
import type { Servers } from './servers.ts';

export const TRIAL_ID = 'trial';
/** Kept for the driver's own use: no listing of the store shows it. */
const TRIAL_DISK = '@trial';

/** A data disk of 64 MiB, which shows that a server finds one at its start. */
const TRIAL_DATA = { disk: '@trial-data', device: '/dev/vdb', readOnly: false } as const;
const TRIAL_DATA_SIZE = 64 << 20;

/** Why what was tried did not work; undefined where it did. */
export interface TrialOutcome {
  readonly noServer: string | undefined;
  readonly noAddress: string | undefined;
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
  const [noServer, noAddress] = await Promise.all([whyNoServer(context), whyNoAddress(context)]);
  return { noServer, noAddress };
}

async function whyNoServer({ agent, servers, version, exec }: TrialContext): Promise<string | undefined> {
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
    await agent.call('create', { disk: TRIAL_DATA.disk, size: TRIAL_DATA_SIZE });
    await agent.call('formatDisk', { disk: TRIAL_DATA.disk });
    await servers.start(spec);
    const first = (await exec(['cat', '/proc/1/comm'])).trim();
    if (first !== 'init') return `a trial server booted with ${first} as its first process`;
    const mounts = await exec(['cat', '/proc/mounts']);
    return mounts.includes(' /mnt/vdb ext4 ') ? undefined : 'a trial server does not see its data disk';
  } catch (error) {
    if (error instanceof HardwareError && error.problem === 'unavailable') throw error;
    if (error instanceof DiskStoreError && error.problem === 'unavailable') throw error;
    return `a trial server did not start: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await servers.stop(TRIAL_ID, 'HARD').catch(() => {});
    await servers.destroy(TRIAL_ID).catch(() => {});
    for (const disk of [TRIAL_DISK, TRIAL_DATA.disk]) await agent.call('remove', { disk }).catch(() => {});
  }
}

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
