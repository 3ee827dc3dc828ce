/** The container that a server is: a stub that waits for its disk, with the flavor's limits. */
import type Docker from 'dockerode';
import { z } from 'zod';
import { MIB } from '../../units.ts';
import type { ServerSpec } from '../hardware.ts';
import { LABEL, type Labels } from './labels.ts';
import { digest } from './recipe.ts';

export interface ContainerContext {
  readonly labels: Labels;
  readonly stubImage: string;
  readonly networkName: (subnetId: string) => string;
  /** The engine refuses more processors than there are. */
  readonly processors: number;
}

const SMALLEST_MEMORY_MIB = 16;
const PROCESSES_PER_VCPU = 1024;
/** The console's log: what a server may write before the oldest is cut off. */
const CONSOLE_LOG = { Type: 'json-file', Config: { 'max-size': '64m', 'max-file': '1' } } as const;
const SSH_PORT = '22/tcp';
/** Seconds that the guest has to power off. */
export const SOFT_STOP_SECONDS = 30;
/** Our init powers off on it, as busybox's and sysvinit's do. */
const POWER_OFF = 'SIGUSR2';

/** The engine's request for a server, with the digest of what makes one container differ from another as a label. */
export function serverContainer(spec: ServerSpec, context: ContainerContext): Docker.ContainerCreateOptions {
  const { labels, stubImage, networkName, processors } = context;
  const memory = Math.max(spec.memoryMiB, SMALLEST_MEMORY_MIB) * MIB;
  const [first] = spec.nics;
  const publish = spec.sshPort !== null && first !== undefined;
  const body: Docker.ContainerCreateOptions = {
    name: labels.name('server', spec.id),
    Image: stubImage,
    Cmd: ['/stub'],
    WorkingDir: '/',
    Hostname: spec.hostname,
    StopSignal: POWER_OFF,
    StopTimeout: SOFT_STOP_SECONDS,
    ...(publish ? { ExposedPorts: { [SSH_PORT]: {} } } : {}),
    HostConfig: {
      NanoCpus: Math.min(spec.vcpus, processors) * 1e9,
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: PROCESSES_PER_VCPU * spec.vcpus,
      // SYS_BOOT lets the guest reboot and power itself off: both end the container only.
      CapDrop: ['MKNOD', 'AUDIT_WRITE'],
      CapAdd: ['SYS_BOOT'],
      SecurityOpt: ['no-new-privileges'],
      NetworkMode: first ? networkName(first.subnetId) : 'none',
      ...(publish ? { PortBindings: { [SSH_PORT]: [{ HostIp: '127.0.0.1', HostPort: String(spec.sshPort) }] } } : {}),
      LogConfig: CONSOLE_LOG,
    },
  };
  const recipe = serverRecipe(spec, body);
  const nics = JSON.stringify(spec.nics.slice(0, 1).map(({ subnetId, address }) => ({ subnetId, address })));
  const made = { [LABEL.recipe]: recipe, [LABEL.disk]: spec.disk, [LABEL.nics]: nics };
  return { ...body, Labels: labels.of('server', spec.id, made) };
}

const Nics = z.array(z.object({ subnetId: z.string(), address: z.string() }));

/** The first address of a server that was made before, from its container's labels. */
export function nicsOf(labels: Readonly<Record<string, string>>): z.infer<typeof Nics> {
  return Nics.parse(JSON.parse(labels[LABEL.nics] ?? '[]'));
}

/** Data disks and further networks come and go while the container stays. */
function serverRecipe(spec: ServerSpec, body: Docker.ContainerCreateOptions): string {
  return digest([body, spec.disk, spec.nics.slice(0, 1).map(nic => [nic.portId, nic.subnetId])]);
}
