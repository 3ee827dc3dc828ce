/**
 * The docker driver in a folder of its own, for the tests of one file: servers that run from copies of one image, on one subnet, with data
 * disks; and what a test does with them from inside (`run`) and from outside (`inHelper`, `container`).
 */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { type DockerHardwareOptions, openDockerHardware } from '../emulator/hardware/docker/docker-hardware.ts';
import type { Hardware, Seed, ServerSpec } from '../emulator/hardware/hardware.ts';
import type { DiskId } from '../emulator/store/disks/disk-store.ts';
import { docker, expectNothingLeft, testCloudId, testImages } from './appliance-bench.ts';
import { placeholder, seedOf, testServer, testSubnet } from './appliance-fixtures.ts';
import { GIB, MIB } from './contracts/bytes.ts';

export class DockerHardwareBench {
  readonly cloudId = testCloudId();
  /** Made when the driver opens. */
  readonly folder = join(tmpdir(), `cloudyard-${this.cloudId}`);
  readonly #options: Partial<DockerHardwareOptions>;
  #opened: Hardware | undefined;
  #made = 0;

  constructor(options: Partial<DockerHardwareOptions> = {}) {
    this.#options = options;
  }

  get #hardware(): Hardware {
    if (!this.#opened) throw new Error('the hardware is not open');
    return this.#opened;
  }

  /** Opens the driver; again after it was closed. */
  readonly open = async (): Promise<Hardware> => {
    await testImages();
    const { cloudId, folder } = this;
    const usual = { cloudId, folder, engine: docker, poolBytes: 4 * GIB, stateFloor: GIB };
    this.#opened = await openDockerHardware({ ...usual, ...this.#options });
    return this.#opened;
  };

  /** Makes it ready, with the disk `image` that servers are copies of and the subnet that they are on. */
  readonly prepare = async (): Promise<void> => {
    await this.#hardware.prepare();
    await Promise.all([this.#hardware.materialise(placeholder, 'image'), this.#hardware.ensureSubnet(testSubnet)]);
  };

  /** Dismantles it, and expects that nothing is left on this machine. */
  readonly dismantle = async (): Promise<void> => {
    await this.#hardware.dismantle();
    await expectNothingLeft(this.cloudId, this.folder);
  };

  /** A server that has not been started; its disk is a copy of `source`. */
  readonly newServer = async (changes: Partial<ServerSpec> = {}, source: DiskId = 'image'): Promise<ServerSpec> => {
    const spec = testServer(++this.#made, changes);
    await this.#hardware.disks.snapshot([{ source, target: spec.disk }]);
    return spec;
  };

  /** A new server that runs. */
  readonly launch = async (changes: Partial<ServerSpec> = {}, seed: Partial<Seed> = {}): Promise<ServerSpec> => {
    const spec = await this.newServer(changes);
    await this.#hardware.createServer(spec);
    await this.#hardware.startServer(spec, seedOf(spec, seed));
    return spec;
  };

  /** Removes servers, each with the disk that it boots from. */
  readonly remove = async (...specs: readonly ServerSpec[]): Promise<void> => {
    await Promise.all(
      specs.map(async ({ id, disk }) => {
        await this.#hardware.destroyServer(id);
        await this.#hardware.disks.remove(disk);
      }),
    );
  };

  readonly blankDisk = async (size = 64 * MIB): Promise<DiskId> => {
    const disk = `data-${++this.#made}`;
    await this.#hardware.disks.create(disk, size);
    return disk;
  };

  /** A data disk with an empty file system. */
  readonly formattedDisk = async (size?: number): Promise<DiskId> => {
    const disk = await this.blankDisk(size);
    await this.#hardware.formatDisk(disk);
    return disk;
  };

  /** Runs a shell line on a server; its output. Throws where it fails. */
  readonly run = async ({ id }: ServerSpec, line: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await this.#hardware.exec(id, ['sh', '-c', line], { timeoutMs: 20_000 });
    if (exitCode !== 0) throw new Error(`${line}: ${exitCode}: ${stdout}${stderr}`);
    return stdout.toString().trim();
  };

  /** The size of the file system that is mounted at a path of a server. */
  readonly kibOf = async (spec: ServerSpec, path: string): Promise<number> =>
    Number(await this.run(spec, `df -k ${path} | tail -n 1 | awk '{print $2}'`));

  readonly consoleOf = async ({ id }: ServerSpec): Promise<string> => `${(await this.#hardware.console(id, 0)).data}`;

  /** What a thing of this cloud is called in the engine: `name('server', spec.id)`. */
  readonly name = (...parts: readonly string[]): string => ['cloudyard', this.cloudId, ...parts].join('-');

  readonly container = (...parts: readonly string[]): Docker.Container => docker.getContainer(this.name(...parts));

  /** Runs a command in the helper, where `/pool/disks` holds all disks; its output. Throws where it fails. */
  readonly inHelper = async (...command: readonly string[]): Promise<string> =>
    (await promisify(execFile)('docker', ['exec', this.name('helper'), ...command])).stdout;
}
