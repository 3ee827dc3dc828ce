/**
 * What this hardware can do, found by a trial: a small server that boots from a disk, runs a command, and is removed. A device
 * file or a version proves nothing; a server that ran does.
 */

import { DiskStoreError } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import type { Capability, CapabilityName, ServerSpec } from '../hardware.ts';
import { HardwareError } from '../hardware.ts';
import type { Servers } from './servers.ts';

export const TRIAL_ID = 'trial';
/** Kept for the driver's own use: no listing of the store shows it. */
const TRIAL_DISK = '@trial';

/** What stands and falls with a server that boots. */
const PROVED: readonly CapabilityName[] = ['processes', 'exec', 'ssh', 'console', 'metadata', 'networks', 'diskFull'];

const USER_DATA_REMARK = 'shell scripts (#!) run on every image; #cloud-config only where the image has cloud-init';

export interface TrialContext {
  readonly agent: AgentClient;
  readonly servers: Servers;
  readonly version: string;
  readonly exec: (command: readonly string[]) => Promise<string>;
}

export async function tryHardware(context: TrialContext): Promise<Capability[]> {
  const reason = await whyNoServer(context);
  const proved = PROVED.map(
    (name): Capability => (reason === undefined ? { name, available: true } : { name, available: false, reason }),
  );
  return [
    ...proved,
    { name: 'userData', available: reason === undefined, reason: reason ?? USER_DATA_REMARK },
    {
      name: 'imageContent',
      available: true,
      reason: 'real content where a registry answers or the image is Debian, else a placeholder',
    },
  ];
}

async function whyNoServer({ agent, servers, version, exec }: TrialContext): Promise<string | undefined> {
  const spec: ServerSpec = {
    id: TRIAL_ID,
    tenantId: TRIAL_ID,
    hostname: 'trial',
    disk: TRIAL_DISK,
    dataDisks: [],
    vcpus: 1,
    memoryMiB: 64,
    nics: [],
    sshPort: null,
    metadata: {},
    userData: null,
  };
  try {
    await agent.call('makePlaceholder', { disk: TRIAL_DISK, version, files: [] });
    await servers.start(spec);
    const answer = await exec(['cat', '/proc/1/comm']);
    return answer.trim() === 'init' ? undefined : `a trial server booted with ${answer.trim()} as its first process`;
  } catch (error) {
    if (error instanceof HardwareError && error.problem === 'unavailable') throw error;
    if (error instanceof DiskStoreError && error.problem === 'unavailable') throw error;
    return `a trial server did not start: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await servers.stop(TRIAL_ID, 'HARD').catch(() => {});
    await servers.destroy(TRIAL_ID).catch(() => {});
    await agent.call('remove', { disk: TRIAL_DISK }).catch(() => {});
  }
}
