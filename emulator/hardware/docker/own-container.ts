/**
 * Where the state folder is, as the engine sees it. On a host that is its own path; when the gateway itself runs in a container
 * (docker compose), it is a place in one of that container's mounts, found by inspecting ourselves.
 */
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { HardwareError } from '../hardware.ts';
import type { Engine } from './engine.ts';

export interface StateMount {
  readonly mount: Docker.MountSettings;
  /** The state folder's path in a container that has the mount. */
  readonly path: string;
}

/** Kinds of mounts that another container can have too. */
const SHAREABLE = ['bind', 'volume'];
const TARGET = '/state';
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

export async function findStateMount(engine: Engine, folder: string): Promise<StateMount> {
  if (!CONTAINER_MARKS.some(mark => existsSync(mark))) return bindMount(folder);
  const own = await engine.find('inspecting our own container', docker => docker.getContainer(ownContainerId()).inspect());
  // The engine that we were given need not be the one that runs us.
  return own === undefined ? bindMount(folder) : stateMountIn(own.Mounts, folder);
}

type OwnMount = Pick<Docker.ContainerInspectInfo['Mounts'][number], 'Type' | 'Name' | 'Source' | 'Destination'>;

/** Where a folder of a container lies in one of its mounts. */
export function stateMountIn(mounts: readonly OwnMount[], folder: string): StateMount {
  const [holder] = mounts
    .filter(mount => contains(mount.Destination, folder))
    .sort((a, b) => b.Destination.length - a.Destination.length);
  if (holder === undefined || !SHAREABLE.includes(holder.Type)) {
    throw new HardwareError(
      'unsupported',
      `the state folder ${folder} is inside this container: put it on a volume, so that the helper can use it too`,
    );
  }
  const mount: Docker.MountSettings =
    holder.Type === 'volume' && holder.Name !== undefined
      ? { Type: 'volume', Source: holder.Name, Target: TARGET }
      : { Type: 'bind', Source: holder.Source, Target: TARGET };
  return { mount, path: posix.join(TARGET, posix.relative(holder.Destination, folder)) };
}

function bindMount(folder: string): StateMount {
  return { mount: { Type: 'bind', Source: folder, Target: TARGET }, path: TARGET };
}

function contains(parent: string, path: string): boolean {
  const relative = posix.relative(parent, path);
  return relative === '' || (relative !== '..' && !relative.startsWith('../'));
}

/** The engine mounts /etc/hostname from a folder that bears the container's id; the host name is the id only by default. */
function ownContainerId(): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  return /\/containers\/([0-9a-f]{64})\/hostname/.exec(mounts)?.[1] ?? hostname();
}
