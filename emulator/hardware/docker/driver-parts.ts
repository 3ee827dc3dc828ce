/** The parts of the driver, put together. */
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { PoolStore } from '../../store/disks/pool/pool-store.ts';
import { ConsoleLog } from './console-log.ts';
import { DataDisks } from './data-disks.ts';
import { Engine } from './engine.ts';
import { DiskFiles } from './files.ts';
import { Helper } from './helper.ts';
import { ImageContainers } from './image-containers.ts';
import { type Images, imageNames } from './images.ts';
import { Labels } from './labels.ts';
import { Nics } from './nics.ts';
import type { PoolLimits } from './pool-limits.ts';
import { PublicAddresses } from './public-addresses.ts';
import { Registry } from './registry.ts';
import { Servers } from './servers.ts';
import { Subnets } from './subnets.ts';

export interface PartsOptions {
  readonly cloudId: string;
  readonly folder: string;
  readonly engine: Docker;
  readonly applianceFolder: string;
  readonly limits: PoolLimits;
  readonly now?: () => number;
  /** A server that ran has ended by itself. */
  readonly onEnd: (id: string, exitCode: number) => void;
}

export interface DriverParts {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly helper: Helper;
  readonly agent: AgentClient;
  readonly disks: PoolStore;
  readonly subnets: Subnets;
  readonly nics: Nics;
  readonly addresses: PublicAddresses;
  readonly servers: Servers;
  readonly consoleLog: ConsoleLog;
  readonly imageContainers: ImageContainers;
  readonly files: DiskFiles;
  readonly dataDisks: DataDisks;
  readonly registry: Registry;
  readonly now: () => number;
}

export function assembleParts(options: PartsOptions): DriverParts {
  const { folder, limits } = options;
  const engine = new Engine(options.engine);
  const labels = new Labels(options.cloudId);
  const images = once((): Promise<Images> => imageNames(options.applianceFolder));
  const helper = new Helper({ engine, labels, folder, limits, images });
  const { agent } = helper;
  const subnets = new Subnets({ engine, labels, agent, images });
  const addresses = new PublicAddresses({ engine, labels, agent, subnets, images });
  const nics = new Nics({ engine, labels, agent, subnets });
  const consoleLog = new ConsoleLog({ engine, folder: join(folder, 'consoles') });
  const servers: Servers = new Servers({
    engine,
    labels,
    agent,
    subnets,
    nics,
    consoleLog,
    stubImage: async () => (await images()).stub,
    // Asked once: it takes the engine as long as a create.
    processors: once(async () => (await engine.call('asking about the engine', docker => docker.info())).NCPU),
    onEnd: options.onEnd,
  });
  const files = new DiskFiles({ agent, servers });
  const dataDisks = new DataDisks({ agent, servers });
  const now = options.now ?? Date.now;
  const registry = new Registry({ engine, now });
  const disks = new PoolStore(agent);
  const imageContainers = new ImageContainers(engine, labels);
  return {
    engine,
    labels,
    helper,
    agent,
    disks,
    subnets,
    nics,
    addresses,
    servers,
    consoleLog,
    imageContainers,
    files,
    dataDisks,
    registry,
    now,
  };
}

/** Remembers what a question was answered; a failure is not remembered. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
