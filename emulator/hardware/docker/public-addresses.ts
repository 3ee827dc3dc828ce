/**
 * Elastic IPs: for each bound one a tiny container on the subnet of its server, published on a loopback address of this machine. It passes
 * connections on, so that a server gets and loses addresses while it runs, and its own container stays as it is.
 */
import type Docker from 'dockerode';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { MIB } from '../../units.ts';
import { type AddressBinding, HardwareError, type HardwareProblem } from '../hardware.ts';
import { agentCall } from './agent-call.ts';
import { containerLog } from './container-log.ts';
import type { Engine } from './engine.ts';
import type { Images } from './images.ts';
import { LABEL, type Labels } from './labels.ts';
import { digest } from './recipe.ts';
import { Restarts } from './restarts.ts';
import type { Subnets } from './subnets.ts';

export interface PublicAddressesOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly agent: AgentClient;
  readonly subnets: Subnets;
  readonly images: () => Promise<Images>;
  readonly restarts?: Restarts;
}

/** ssh, and the web where this machine has the ports free on that address. */
const PORTS: readonly (readonly number[])[] = [[22, 80, 443], [22]];
const LOOPBACK = /^127(\.\d{1,3}){3}$/;
const MEMORY = 64 * MIB;
/** Whatever the engine's own kind of log is, this one can be read. */
const LOG = { Type: 'json-file', Config: { 'max-size': '64k', 'max-file': '1' } } as const;

export class PublicAddresses {
  readonly #options: PublicAddressesOptions;
  /** Those that should run. One that ends while it is here is started again. */
  readonly #bound = new Set<string>();
  readonly #restarts: Restarts;

  constructor(options: PublicAddressesOptions) {
    this.#options = options;
    this.#restarts = options.restarts ?? new Restarts();
  }

  async bind(binding: AddressBinding): Promise<void> {
    if (!LOOPBACK.test(binding.address))
      throw new HardwareError('unsupported', `${binding.address} is no loopback address of this machine`);
    this.#restarts.forget(binding.id);
    const { images, subnets } = this.#options;
    const { helper } = await images();
    const network = subnets.networkName(binding.subnetId);
    const bodies = PORTS.map(ports => forwarder(helper, network, { ...binding, ports }));
    const present = await this.#inspect(binding.id);
    const fitting = bodies.find(({ Labels }) => Labels[LABEL.recipe] === present?.Config.Labels[LABEL.recipe]);
    if (!(fitting && (await this.#startsAgain(binding.id)))) {
      if (present) await this.release(binding.id);
      await this.#create(binding.id, bodies);
    }
    try {
      await this.#lead(binding.id);
    } catch (error) {
      // While nobody can be asked, what is there may well be right.
      if (!isProblem(error, 'unavailable')) await this.release(binding.id);
      throw error;
    }
  }

  async release(id: string): Promise<void> {
    this.#bound.delete(id);
    this.#restarts.forget(id);
    await this.#options.engine.settle('releasing an address', docker => this.#container(docker, id).remove({ force: true }));
  }

  async ids(): Promise<string[]> {
    return (await this.#list()).map(({ Labels: own }) => own[LABEL.id]).filter(id => id !== undefined);
  }

  /** Starts all that were bound before, after a start or a time without the engine. */
  async restore(): Promise<void> {
    const ids = await this.ids();
    // Its subnet or its port may be gone: whoever wants it binds it again, and is told. All come up while the first is waited for.
    for (const id of ids) await this.#start(id).catch(() => {});
    for (const id of ids) await this.#lead(id).catch(() => {});
  }

  async stopAll(): Promise<void> {
    this.#bound.clear();
    this.#restarts.forgetAll();
    const running = (await this.#list()).filter(({ State }) => State === 'running');
    const { engine } = this.#options;
    await Promise.all(running.map(({ Id }) => engine.settle('stopping an address', docker => docker.getContainer(Id).kill())));
  }

  async noticeDeath(id: string): Promise<void> {
    // One that ends before it leads anywhere again is left alone.
    if (!this.#bound.delete(id) || !(await this.#restarts.due(id))) return;
    await this.#start(id);
    await this.#lead(id);
  }

  async #create(id: string, bodies: readonly ReturnType<typeof forwarder>[]): Promise<void> {
    const { engine, labels } = this.#options;
    for (const [index, body] of bodies.entries()) {
      const Labels = labels.of('address', id, body.Labels);
      await engine.call('binding an address', docker =>
        docker.createContainer({ ...body, name: labels.name('address', id), Labels }),
      );
      try {
        await this.#start(id);
        return;
      } catch (error) {
        await this.release(id);
        if (!isProblem(error, 'port-taken') || index === bodies.length - 1) throw error;
      }
    }
  }

  /** False where another program has taken one of its ports meanwhile: it may have to do with fewer. */
  async #startsAgain(id: string): Promise<boolean> {
    try {
      await this.#start(id);
      return true;
    } catch (error) {
      if (isProblem(error, 'port-taken')) return false;
      throw error;
    }
  }

  async #start(id: string): Promise<void> {
    await this.#options.engine.settle('binding an address', docker => this.#container(docker, id).start());
  }

  /** The server's address is none of the engine's, so the container gets a route to it. The engine takes connections before the container does. */
  async #lead(id: string): Promise<void> {
    const { agent, subnets } = this.#options;
    const found = await this.#inspect(id);
    if (!found?.State.Running) throw await this.#ended(id, found);
    const network = subnets.networkName(found.Config.Labels[LABEL.subnet] ?? '');
    const engineAddress = found.NetworkSettings.Networks[network]?.IPAddress ?? '';
    const neighbours = [found.Config.Labels[LABEL.target] ?? ''];
    const server = { pid: found.State.Pid, container: found.Id };
    const listening = Object.keys(found.Config.ExposedPorts ?? {}).map(name => Number.parseInt(name, 10));
    try {
      await agentCall(agent, 'configureNetwork', {
        server,
        interfaces: [{ engineAddress, addresses: [], neighbours, listening }],
      });
    } catch (error) {
      if (isProblem(error, 'unavailable')) throw error;
      const now = await this.#inspect(id);
      throw now?.State.Running ? error : await this.#ended(id, now);
    }
    this.#bound.add(id);
  }

  /** With the last that its container said: Python names the reason there. */
  async #ended(id: string, found: Docker.ContainerInspectInfo | undefined): Promise<HardwareError> {
    let said = '';
    if (found) for await (const { data } of containerLog(this.#options.engine, found.Id, undefined)) said = `${data}`.trim();
    return new HardwareError('failed', `address ${id} ended while it was bound${said && `: ${said}`}`);
  }

  async #inspect(id: string): Promise<Docker.ContainerInspectInfo | undefined> {
    return await this.#options.engine.find('looking at an address', docker => this.#container(docker, id).inspect());
  }

  async #list(): Promise<Docker.ContainerInfo[]> {
    const { engine, labels } = this.#options;
    const filters = labels.filter('address');
    return await engine.call('listing addresses', docker => docker.listContainers({ all: true, filters }));
  }

  #container(docker: Docker, id: string): Docker.Container {
    return docker.getContainer(this.#options.labels.name('address', id));
  }
}

function isProblem(error: unknown, problem: HardwareProblem): boolean {
  return error instanceof HardwareError && error.problem === problem;
}

interface Forwarding extends Pick<AddressBinding, 'address' | 'subnetId' | 'target'> {
  readonly ports: readonly number[];
}

/** The engine's request for a container that leads from the ports of a loopback address to the same of a target. */
export function forwarder(image: string, network: string, { address, subnetId, target, ports }: Forwarding) {
  const names = ports.map(port => [`${port}/tcp`, String(port)] as const);
  const body = {
    Image: image,
    Cmd: ['python3', '-B', '/opt/cloudyard/forward.py', target, ...ports.map(String)],
    ExposedPorts: Object.fromEntries(names.map(([name]) => [name, {}])),
    HostConfig: {
      CapDrop: ['ALL'],
      CapAdd: ['NET_BIND_SERVICE'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: MEMORY,
      MemorySwap: MEMORY,
      PidsLimit: 64,
      LogConfig: LOG,
      NetworkMode: network,
      PortBindings: Object.fromEntries(names.map(([name, HostPort]) => [name, [{ HostIp: address, HostPort }]])),
    },
  };
  return { ...body, Labels: { [LABEL.recipe]: digest(body), [LABEL.subnet]: subnetId, [LABEL.target]: target } };
}
