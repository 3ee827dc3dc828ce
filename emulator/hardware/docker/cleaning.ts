/** Removal of what nobody knows any more, and of everything. */
import type { KnownIds } from '../hardware.ts';
import { sweepStrays } from '../sweep-strays.ts';
import type { DriverParts } from './driver-parts.ts';
import type { Engine } from './engine.ts';
import type { Labels } from './labels.ts';

/** Removes what no record knows of, servers first: they use the others. Returns what was removed, in words. */
export async function sweepEngine(
  { servers, addresses, subnets, disks, imageContainers }: DriverParts,
  known: KnownIds,
): Promise<string[]> {
  const removed = await sweepStrays(
    [
      { kind: 'server', list: () => servers.ids(), remove: id => servers.destroy(id) },
      { kind: 'address', list: () => addresses.ids(), remove: id => addresses.release(id) },
      { kind: 'subnet', list: () => subnets.ids(), remove: id => subnets.remove(id) },
      { kind: 'disk', list: () => disks.list(), remove: id => disks.remove(id) },
    ],
    known,
  );
  return [...removed, ...(await imageContainers.removeStrays())];
}

/** Everything of a cloud's in the engine, by its labels, whatever made it. Containers first: a network in use cannot go. */
export async function removeEverything(engine: Engine, labels: Labels): Promise<void> {
  const filters = labels.filter();
  await removeContainers(engine, filters);
  const networks = await engine.call('listing networks', docker => docker.listNetworks({ filters }));
  for (const { Id } of networks) await engine.settle('removing a network', docker => docker.getNetwork(Id).remove());
}

/** The servers alone, while the helper can still let go of what they had. */
export async function removeServers(engine: Engine, labels: Labels): Promise<void> {
  await removeContainers(engine, labels.filter('server'));
}

async function removeContainers(engine: Engine, filters: ReturnType<Labels['filter']>): Promise<void> {
  const containers = await engine.call('listing containers', docker => docker.listContainers({ all: true, filters }));
  for (const { Id } of containers) {
    await engine.settle('removing a container', docker => docker.getContainer(Id).remove({ force: true }));
  }
}
