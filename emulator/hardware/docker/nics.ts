/**
 * A server's interfaces beyond the first: networks that its container is connected to while it stays, running or off.
 *
 * What the engine cannot say of a network (the address that the cloud knows) is kept with the connection, as an option of it.
 */
import type Docker from 'dockerode';
import { z } from 'zod';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import type { NicSpec, ServerSpec } from '../hardware.ts';
import { withPrefix } from './addresses.ts';
import { agentCall } from './agent-call.ts';
import type { Engine } from './engine.ts';
import { LABEL, type Labels } from './labels.ts';
import { metadataFiles } from './metadata.ts';
import { nicsOf } from './server-container.ts';
import { serverInterfaces } from './server-network.ts';
import type { Subnets } from './subnets.ts';

export interface NicsOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly agent: AgentClient;
  readonly subnets: Subnets;
}

/** The client's types lack this field of the engine's. */
const Connection = z.object({ DriverOpts: z.record(z.string(), z.string()).nullish() });

type Networks = Docker.ContainerInspectInfo['NetworkSettings']['Networks'];

export class Nics {
  readonly #options: NicsOptions;

  constructor(options: NicsOptions) {
    this.#options = options;
  }

  /** Makes the engine's connections those of the spec: a create takes only the first. */
  async connect(spec: ServerSpec, connected: Networks): Promise<void> {
    const { labels, subnets } = this.#options;
    const wanted = new Map(spec.nics.map(nic => [subnets.networkName(nic.subnetId), nic]));
    const [first] = wanted.keys();
    for (const [network, nic] of wanted) {
      if (network !== first && !(network in connected)) await this.#connect(spec.id, network, nic);
    }
    for (const network of Object.keys(connected).filter(name => name.startsWith(labels.name('subnet')) && !wanted.has(name))) {
      await this.#disconnect(spec.id, network);
    }
  }

  async attach(spec: ServerSpec, nic: NicSpec): Promise<void> {
    const { agent, subnets } = this.#options;
    const before = await this.#inspect(spec.id);
    if (!before) return;
    const network = subnets.networkName(nic.subnetId);
    if (!(network in before.NetworkSettings.Networks)) await this.#connect(spec.id, network, nic);
    const found = await this.#inspect(spec.id);
    if (!found?.State.Running) return;
    await subnets.serve(nic.subnetId, nic.address, metadataFiles(spec, nic));
    const interfaces = (await serverInterfaces(spec, found, subnets)).filter(
      (_, index) => spec.nics[index]?.portId === nic.portId,
    );
    await agentCall(agent, 'configureNetwork', { server: processOf(found), interfaces });
  }

  async detach(spec: ServerSpec, nic: NicSpec): Promise<void> {
    const { agent, subnets } = this.#options;
    const found = await this.#inspect(spec.id);
    const network = subnets.networkName(nic.subnetId);
    const connection = found?.NetworkSettings.Networks[network];
    if (found && connection) {
      if (!spec.nics.some(other => other.subnetId === nic.subnetId)) {
        await this.#disconnect(spec.id, network);
      } else if (found.State.Running) {
        const gone = [withPrefix(nic.address, await subnets.cidr(nic.subnetId))];
        const interfaces = [{ engineAddress: connection.IPAddress, addresses: [], gone }];
        await agentCall(agent, 'configureNetwork', { server: processOf(found), interfaces });
      }
    }
    await subnets.drop(nic.subnetId, nic.address);
  }

  /** What its metadata services know of a server that is gone. */
  async forget({ Config, NetworkSettings }: Docker.ContainerInspectInfo): Promise<void> {
    const { labels, subnets } = this.#options;
    const prefix = `${labels.name('subnet')}-`;
    const further = Object.entries(NetworkSettings.Networks).flatMap(([name, connection]) => {
      const address = Connection.parse(connection).DriverOpts?.[LABEL.address];
      return address !== undefined && name.startsWith(prefix) ? [{ subnetId: name.slice(prefix.length), address }] : [];
    });
    // A subnet that is gone has nothing to drop.
    await Promise.allSettled([...nicsOf(Config.Labels), ...further].map(nic => subnets.drop(nic.subnetId, nic.address)));
  }

  async #connect(id: string, network: string, { address }: NicSpec): Promise<void> {
    const { engine, labels } = this.#options;
    const options = { Container: labels.name('server', id), EndpointConfig: { DriverOpts: { [LABEL.address]: address } } };
    await engine.call('connecting a server', docker => docker.getNetwork(network).connect(options));
  }

  async #disconnect(id: string, network: string): Promise<void> {
    const { engine, labels } = this.#options;
    const Container = labels.name('server', id);
    await engine.call('disconnecting a server', docker => docker.getNetwork(network).disconnect({ Container }));
  }

  async #inspect(id: string): Promise<Docker.ContainerInspectInfo | undefined> {
    const { engine, labels } = this.#options;
    return await engine.find('inspecting a server', docker => docker.getContainer(labels.name('server', id)).inspect());
  }
}

function processOf({ Id, State }: Docker.ContainerInspectInfo): { pid: number; container: string } {
  return { pid: State.Pid, container: Id };
}
