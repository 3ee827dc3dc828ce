/**
 * The helper container: one for each cloud, holding the pool and the agent. It can be killed at any moment; the next one mounts
 * the same pool, and thaws what was frozen.
 */
import type Docker from 'dockerode';
import { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { AGENT_GONE, AgentError } from '../../store/disks/pool/agent-error.ts';
import { diskStoreError } from '../../store/disks/pool/pool-errors.ts';
import { GIB } from '../../units.ts';
import { HardwareError } from '../hardware.ts';
import type { Engine } from './engine.ts';
import type { Images } from './images.ts';
import { LABEL, type Labels } from './labels.ts';
import { findStateMount } from './own-container.ts';
import type { PoolLimits } from './pool-limits.ts';
import { digest } from './recipe.ts';

export interface HelperOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  /** The cloud's state folder. */
  readonly folder: string;
  readonly limits: PoolLimits;
  readonly images: () => Promise<Images>;
}

/**
 * What the helper may do: mounts and pivot_root; /proc/PID/{root,ns} of servers; setns; files of any owner, below the state
 * folder and on disks; ending a stray process; a server's own addresses.
 */
const CAPABILITIES = [
  'SYS_ADMIN',
  'SYS_PTRACE',
  'SYS_CHROOT',
  'DAC_OVERRIDE',
  'CHOWN',
  'FOWNER',
  'FSETID',
  'SETFCAP',
  'KILL',
  'NET_ADMIN',
];
/** Loop devices (major 7) and the device that hands them out. */
const DEVICE_RULES = ['b 7:* rwm', 'c 10:237 rwm'];
const MEMORY = GIB;

/** The client's types lack one field of the engine's. */
interface CompleteHostConfig extends Docker.HostConfig {
  readonly CgroupnsMode: 'host' | 'private';
}

const ANSWER_LIMIT_MS = 20_000;
const ASK_EVERY_MS = 10;
const START_AGAIN_MS = 300;

export class Helper {
  readonly agent: AgentClient;
  readonly #options: HelperOptions;
  #starting: Promise<void> | undefined;
  #closed = false;

  constructor(options: HelperOptions) {
    this.#options = options;
    this.agent = new AgentClient({
      folder: options.folder,
      revive: () => this.#revive(),
      beingRevived: () => this.#starting,
    });
  }

  /** Makes and starts the helper where needed, mounts the pool, thaws. Calls at the same time share one run. */
  ensure(): Promise<void> {
    this.#starting ??= this.#ensure().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Lets go of the agent; ends the helper, where the engine answers. Its next start mounts the pool again. */
  async stop({ engineAnswers }: { engineAnswers: boolean } = { engineAnswers: true }): Promise<void> {
    this.#closed = true;
    this.agent.close();
    if (!engineAnswers) return;
    const name = this.#options.labels.name('helper');
    await this.#options.engine.settle('stopping the helper', docker => docker.getContainer(name).stop({ t: 5 }));
  }

  /** Of the devices of servers that ended; else the kernel keeps them, and the pool, when there is no helper any more. Nothing without a helper. */
  async letGoOfDevices(): Promise<void> {
    const name = this.#options.labels.name('helper');
    const present = await this.#options.engine.find('looking for the helper', docker => docker.getContainer(name).inspect());
    if (present) await this.agent.call('letGoOfDevices', {});
  }

  async remove(): Promise<void> {
    const name = this.#options.labels.name('helper');
    await this.#options.engine.settle('removing the helper', docker => docker.getContainer(name).remove({ force: true }));
  }

  async #revive(): Promise<void> {
    if (this.#closed) throw new HardwareError('unavailable', 'the hardware is closed');
    await this.ensure();
  }

  async #ensure(): Promise<void> {
    const { engine, labels } = this.#options;
    const body = await this.#body();
    const name = labels.name('helper');
    const present = await engine.find('looking for the helper', docker => docker.getContainer(name).inspect());
    if (present && present.Config.Labels[LABEL.recipe] !== body.Labels?.[LABEL.recipe]) await this.remove();
    if (!present || present.Config.Labels[LABEL.recipe] !== body.Labels?.[LABEL.recipe]) {
      await engine.call('creating the helper', docker => docker.createContainer(body));
    }
    await this.#start(name);
    await this.#answering(name);
    await this.#ask('openPool', {});
    await this.#ask('thaw', {});
    await this.#ask('letGoOfDevices', {});
  }

  async #body(): Promise<Docker.ContainerCreateOptions> {
    const { engine, labels, folder, limits, images } = this.#options;
    const { mount, path } = await findStateMount(engine, folder);
    const { helper } = await images();
    const body: Docker.ContainerCreateOptions & { HostConfig: CompleteHostConfig } = {
      name: labels.name('helper'),
      Image: helper,
      WorkingDir: '/opt/cloudyard',
      Cmd: [
        ...['python3', '-B', '-m', 'agent', '--state', path],
        ...['--uid', String(process.getuid?.() ?? 0), '--gid', String(process.getgid?.() ?? 0)],
        ...['--pool-bytes', String(limits.poolBytes)],
        ...['--pool-floor', String(limits.poolFloor), '--state-floor', String(limits.stateFloor)],
      ],
      HostConfig: {
        CapDrop: ['ALL'],
        CapAdd: CAPABILITIES,
        // The default profile forbids pivot_root even with SYS_ADMIN.
        SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'no-new-privileges'],
        PidMode: 'host',
        NetworkMode: 'none',
        // A control group is then seen under its full name, with the container's id in it.
        CgroupnsMode: 'host',
        ReadonlyRootfs: true,
        Tmpfs: { '/run': '', '/tmp': '' },
        Memory: MEMORY,
        MemorySwap: MEMORY,
        PidsLimit: 512,
        Mounts: [
          mount,
          { Type: 'bind', Source: '/dev', Target: '/dev' },
          // To hold servers still while their disks are copied.
          { Type: 'bind', Source: '/sys/fs/cgroup', Target: '/cgroup' },
        ],
        DeviceCgroupRules: DEVICE_RULES,
      },
    };
    return { ...body, Labels: labels.of('helper', 'helper', { [LABEL.recipe]: digest(body) }) };
  }

  async #start(name: string): Promise<void> {
    await this.#options.engine.settle('starting the helper', docker => docker.getContainer(name).start());
  }

  /** One that was killed still runs, for the engine, while its last request waits for a disk: so it is started until it answers. */
  async #answering(name: string): Promise<void> {
    const { engine } = this.#options;
    const deadline = performance.now() + ANSWER_LIMIT_MS;
    let startAgain = performance.now() + START_AGAIN_MS;
    for (;;) {
      try {
        await this.agent.callOnce('hello', {}, { silenceMs: ANSWER_LIMIT_MS });
        return;
      } catch (error) {
        if (!(error instanceof AgentError && error.code === AGENT_GONE)) throw error;
        if (performance.now() > deadline) throw await this.#whyNot(engine, name);
        await new Promise(resolve => setTimeout(resolve, ASK_EVERY_MS));
        if (performance.now() < startAgain) continue;
        await this.#start(name);
        startAgain = performance.now() + START_AGAIN_MS;
      }
    }
  }

  async #whyNot(engine: Engine, name: string): Promise<HardwareError> {
    const said = await engine.call("reading the helper's output", docker =>
      docker.getContainer(name).logs({ stdout: true, stderr: true, tail: 5 }),
    );
    return new HardwareError('unavailable', `the helper does not answer: ${said.toString().replace(/[^\x20-\x7e\n]/g, '')}`);
  }

  /** Without `revive`: this is what reviving consists of. */
  async #ask(op: string, fields: Record<string, unknown>): Promise<void> {
    try {
      await this.agent.callOnce(op, fields);
    } catch (error) {
      throw diskStoreError(error);
    }
  }
}
