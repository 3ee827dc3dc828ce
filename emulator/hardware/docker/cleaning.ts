/** Removal of what nobody knows any more, and of everything. */
import type { DiskId } from '../../store/disks/disk-store.ts';
import type { DriverParts } from './driver-parts.ts';
import type { Engine } from './engine.ts';
import type { Labels } from './labels.ts';

export interface Kept {
  readonly servers: ReadonlySet<string>;
  readonly subnets: ReadonlySet<string>;
  readonly disks: ReadonlySet<DiskId>;
}

/** Removes what is none of the kept, servers first: they use the others. Returns what was removed, in words. */
export async function sweepEngine({ servers, subnets, disks }: DriverParts, keep: Kept): Promise<string[]> {
  const removed: string[] = [];
  for (const id of (await servers.ids()).filter(known => !keep.servers.has(known))) {
    await servers.destroy(id);
    removed.push(`server ${id}`);
  }
  for (const id of (await subnets.ids()).filter(known => !keep.subnets.has(known))) {
    await subnets.remove(id);
    removed.push(`subnet ${id}`);
  }
  for (const id of (await disks.list()).filter(known => !keep.disks.has(known))) {
    await disks.remove(id);
    removed.push(`disk ${id}`);
  }
  return removed;
}

/** Everything of a cloud's in the engine, by its labels, whatever made it. Containers first: a network in use cannot go. */
export async function removeEverything(engine: Engine, labels: Labels): Promise<void> {
  const filters = labels.filter();
  const containers = await engine.call('listing containers', docker => docker.listContainers({ all: true, filters }));
  for (const { Id } of containers) {
    await engine.settle('removing a container', docker => docker.getContainer(Id).remove({ force: true }));
  }
  const networks = await engine.call('listing networks', docker => docker.listNetworks({ filters }));
  for (const { Id } of networks) await engine.settle('removing a network', docker => docker.getNetwork(Id).remove());
}
