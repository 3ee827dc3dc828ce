/**
 * Subnets: one bridge network of the engine for each, and in it one small container that serves metadata.
 *
 * Tenants may use the same ranges, the engine's networks may not. So the engine's network has a range of its own, which only
 * carries published ports, and the addresses that the cloud knows are put beside it on the same bridge
 * (docs/decisions/0008-subnet-addresses.md).
 */
import { createHash } from 'node:crypto';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import type { ContainerProcess } from '../../store/disks/pool/pool-store.ts';
import { MIB } from '../../units.ts';
import { HardwareError, type SubnetSpec } from '../hardware.ts';
import { ENGINE_SUBNETS, engineSubnet, withPrefix } from './addresses.ts';
import { type Engine, statusOf } from './engine.ts';
import type { Images } from './images.ts';
import { LABEL, type Labels } from './labels.ts';
import { METADATA_FOLDER, type ServedFile } from './metadata.ts';
import { digest } from './recipe.ts';
import { Restarts } from './restarts.ts';

export interface SubnetsOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly agent: AgentClient;
  readonly images: () => Promise<Images>;
}

const METADATA_ADDRESS = '169.254.169.254/32';
const METADATA_MEMORY = 64 * MIB;

export class Subnets {
  readonly #options: SubnetsOptions;
  /** The metadata services that are known to run, by subnet. Emptied when the engine or one of them went away. */
  readonly #ready = new Map<string, Promise<ContainerProcess>>();
  readonly #restarts = new Restarts();

  constructor(options: SubnetsOptions) {
    this.#options = options;
  }

  async ensure(spec: SubnetSpec): Promise<void> {
    await this.#ensureNetwork(spec);
    await this.#service(spec.id);
  }

  networkName(id: string): string {
    return this.#options.labels.name('subnet', id);
  }

  /** The range of a subnet that was made before. */
  async cidr(id: string): Promise<string> {
    return (await this.#spec(id)).cidr;
  }

  /** Puts files before the servers of a subnet, by their address; drops those of an address first. */
  async serve(id: string, address: string, files: readonly ServedFile[]): Promise<void> {
    const { agent } = this.#options;
    const server = await this.#service(id);
    const paths = files.map(({ path, data }) => ({
      path: `${METADATA_FOLDER}/${address}/${path}`,
      data: data.toString('base64'),
    }));
    await agent.call('serveFiles', { server, remove: [`${METADATA_FOLDER}/${address}`], files: paths });
  }

  async drop(id: string, address: string): Promise<void> {
    const server = await this.#service(id);
    await this.#options.agent.call('serveFiles', { server, remove: [`${METADATA_FOLDER}/${address}`], files: [] });
  }

  /** After a time without the engine's events: each service is looked at again when it is needed. */
  forget(): void {
    this.#ready.clear();
  }

  /** The engine told that a metadata service ended. One that nobody stopped is started again, with the files it had; not at once where it does not last. */
  async noticeDeath(id: string): Promise<void> {
    if (!this.#ready.delete(id) || !(await this.#restarts.due(id))) return;
    await this.#service(id);
  }

  async remove(id: string): Promise<void> {
    const { engine, labels } = this.#options;
    this.#ready.delete(id);
    this.#restarts.forget(id);
    await engine.settle('removing a metadata service', docker =>
      docker.getContainer(labels.name('metadata', id)).remove({ force: true }),
    );
    await engine.settle('removing a network', docker => docker.getNetwork(this.networkName(id)).remove());
  }

  async stopServices(): Promise<void> {
    const { engine, labels } = this.#options;
    const filters = labels.filter('metadata');
    this.forget();
    this.#restarts.forgetAll();
    const running = await engine.call('listing metadata services', docker => docker.listContainers({ filters }));
    await Promise.all(
      running.map(({ Id }) => engine.settle('stopping a metadata service', docker => docker.getContainer(Id).kill())),
    );
  }

  /** Ids of the subnets that the engine has something of. */
  async ids(): Promise<string[]> {
    const { engine, labels } = this.#options;
    const networks = await engine.call('listing networks', docker => docker.listNetworks({ filters: labels.filter('subnet') }));
    const services = await engine.call('listing metadata services', docker =>
      docker.listContainers({ all: true, filters: labels.filter('metadata') }),
    );
    const found = [...networks, ...services].map(({ Labels: own }) => own?.[LABEL.id]);
    return [...new Set(found.filter(id => id !== undefined))];
  }

  async #ensureNetwork(spec: SubnetSpec): Promise<void> {
    const { engine, labels } = this.#options;
    const name = this.networkName(spec.id);
    const present = await engine.find('looking for a network', docker => docker.getNetwork(name).inspect());
    if (present !== undefined) return;
    const made = labels.of('subnet', spec.id, { [LABEL.cidr]: spec.cidr, [LABEL.gateway]: spec.gateway });
    // Start somewhere else for each subnet, so that clouds seldom try the same range at the same time.
    const start = createHash('sha256').update(name).digest().readUInt32BE(0) % ENGINE_SUBNETS;
    for (let step = 0; step < ENGINE_SUBNETS; step++) {
      const Subnet = engineSubnet(start + step);
      try {
        await engine.call('creating a network', docker =>
          docker.createNetwork({
            Name: name,
            CheckDuplicate: true,
            Labels: made,
            IPAM: { Driver: 'default', Config: [{ Subnet }] },
            // Published ports work without it, and nothing leads out of the subnet.
            Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
          }),
        );
        return;
      } catch (error) {
        if (isConflict(error)) return;
        if (!isOverlap(error)) throw error;
      }
    }
    throw new HardwareError('failed', 'the engine has no free range for another network');
  }

  /** The metadata service of a subnet, running and with its addresses. */
  #service(id: string): Promise<ContainerProcess> {
    const known = this.#ready.get(id);
    if (known) return known;
    const starting = this.#startService(id).catch((error: unknown) => {
      this.#ready.delete(id);
      throw error;
    });
    this.#ready.set(id, starting);
    return starting;
  }

  async #startService(id: string): Promise<ContainerProcess> {
    const { engine, labels, agent, images } = this.#options;
    const spec = await this.#spec(id);
    const name = labels.name('metadata', id);
    const { helper } = await images();
    const body = {
      name,
      Image: helper,
      Cmd: ['python3', '-B', '/opt/cloudyard/metadata.py', METADATA_FOLDER],
      HostConfig: {
        CapDrop: ['ALL'],
        CapAdd: ['NET_BIND_SERVICE'],
        SecurityOpt: ['no-new-privileges'],
        Memory: METADATA_MEMORY,
        MemorySwap: METADATA_MEMORY,
        PidsLimit: 64,
        NetworkMode: this.networkName(id),
      },
    };
    const recipe = digest(body);
    const present = await engine.find('looking for a metadata service', docker => docker.getContainer(name).inspect());
    const fits = present?.Config.Labels[LABEL.recipe] === recipe;
    if (present && !fits) {
      await engine.settle('removing a metadata service', docker => docker.getContainer(name).remove({ force: true }));
    }
    if (!fits) {
      const Labels = labels.of('metadata', id, { [LABEL.recipe]: recipe });
      await engine.call('creating a metadata service', docker => docker.createContainer({ ...body, Labels }));
    }
    await engine.settle('starting a metadata service', docker => docker.getContainer(name).start());
    const running = await engine.call('inspecting a metadata service', docker => docker.getContainer(name).inspect());
    const server = { pid: running.State.Pid, container: running.Id };
    const engineAddress = running.NetworkSettings.Networks[this.networkName(id)]?.IPAddress ?? '';
    const addresses = [METADATA_ADDRESS, withPrefix(spec.gateway, spec.cidr)];
    await agent.call('configureNetwork', { server, interfaces: [{ engineAddress, addresses }] });
    return server;
  }

  async #spec(id: string): Promise<{ cidr: string; gateway: string }> {
    const found = await this.#options.engine.call('looking for a network', docker =>
      docker.getNetwork(this.networkName(id)).inspect(),
    );
    const cidr: unknown = found.Labels?.[LABEL.cidr];
    const gateway: unknown = found.Labels?.[LABEL.gateway];
    if (typeof cidr !== 'string' || typeof gateway !== 'string')
      throw new HardwareError('failed', `network ${id} is not one of ours`);
    return { cidr, gateway };
  }
}

function isOverlap(error: unknown): boolean {
  return error instanceof HardwareError && /overlaps/i.test(error.message);
}

/** Another call made it meanwhile. */
function isConflict(error: unknown): boolean {
  return error instanceof HardwareError && statusOf(error.cause) === 409;
}
