/**
 * The hardware: the only thing that the nouns (servers, disks, images) know of machines.
 *
 * Two drivers: `embedded` (a state machine over real bytes; Node alone) and `docker` (containers that boot from their disks).
 * One contract suite (test/contracts/hardware.ts) runs over both. What a driver cannot do is a capability that is absent, with a
 * reason; a call that needs it throws `unsupported`. Nothing is faked.
 *
 * Names in the engine derive from the ids given here, and every call is idempotent: a half-run step is simply run again.
 */
import type { DiskCopy, DiskId, DiskStore, WorkOptions } from '../store/disks/disk-store.ts';

export type HardwareKind = 'embedded' | 'docker';

export interface Hardware {
  readonly kind: HardwareKind;
  readonly disks: DiskStore;

  /** Whether calls can succeed now. `preparing` while `prepare()` has work to do. */
  status(): HardwareStatus;
  /** Calls back whenever the status changes (engine gone, engine back). Returns the way to stop listening. */
  onStatus(listener: (status: HardwareStatus) => void): () => void;
  /** What this hardware can do here, found by trial, with the reason for what it can't. */
  capabilities(): readonly Capability[];

  /** Makes ready what servers need (the helper's image, the helper, the pool): seconds to minutes on first use, else quick. */
  prepare(options?: WorkOptions): Promise<void>;

  /** Brings a public image's content into a new disk. Replaces a half-made one. The disk's size is the image's own, at least 1 MiB. */
  materialise(source: ImageSource, disk: DiskId, options?: WorkOptions): Promise<Materialised>;
  /**
   * Grows a disk and the file system on it (and, on a disk with a partition table, the last partition first). A system disk is not in use by a
   * running server (`busy`). A data disk may be: its file system grows at once where the driver can, else at its next attach or start.
   */
  growDisk(disk: DiskId, size: number): Promise<void>;
  /** Makes an empty ext4 that fills the disk. Refuses (`busy`) a disk in use, and (`failed`) one that holds anything already. Idempotent. */
  formatDisk(disk: DiskId): Promise<void>;
  /**
   * Copies disks as of one moment, as DiskStore.snapshot; what running servers have written to them so far is in the copies, whose file systems
   * are consistent. Returns for how many milliseconds the servers could not write (0 where none had the disks).
   */
  snapshot(copies: readonly DiskCopy[]): Promise<{ frozenMs: number }>;

  ensureSubnet(subnet: SubnetSpec): Promise<void>;
  removeSubnet(id: string): Promise<void>;

  /** Creates the server, powered off. */
  createServer(spec: ServerSpec): Promise<void>;
  /**
   * Powers on; resolves when the init of the server's disk runs. With a seed, writes it to the disk first (each time it is given). Where another
   * program has its ssh port it stays off, `port-taken`; it can be started with another one.
   */
  startServer(spec: ServerSpec, seed?: Seed): Promise<void>;
  /** Powers off. SOFT asks the guest and gives it 30 s; HARD does not ask. */
  stopServer(id: string, how: 'SOFT' | 'HARD'): Promise<void>;
  /** Stop and start, or the guest's own way for SOFT. Resolves when the init runs again. Throws `port-taken` as a start does. */
  rebootServer(spec: ServerSpec, how: 'SOFT' | 'HARD'): Promise<void>;
  /** Applies another flavor, name or set of ports to a stopped server. */
  reconfigureServer(spec: ServerSpec): Promise<void>;
  /** Removes the server and all that the driver made for it, but no disk. */
  destroyServer(id: string): Promise<void>;

  /**
   * Gives a running server a data disk: what it holds is mounted at /mnt/<name of the device> (`/mnt/vdb`); the first attach to a server makes
   * the folder. A disk without a file system is the block device itself where the driver can (capability `rawDisks`), else not seen. Does nothing if
   * it is attached. A disk may be in several servers.
   * For a server that is off there is nothing to do: its spec names the disk at its next start.
   */
  attachDisk(server: string, mount: DiskMount): Promise<void>;
  /**
   * Takes it away again, flushed. If something in the server uses it: `busy`, unless forced; then the server loses sight of it at once. What still
   * holds files or the device open on it writes into the void, but not before the last of the servers that share the disk has lost it. Does nothing
   * if it is not attached or the server is off.
   */
  detachDisk(server: string, disk: DiskId, options?: { force?: boolean }): Promise<void>;

  /** Gives a server, running or off, a further interface; `spec` has it already. Does nothing if it is there. */
  attachNic(spec: ServerSpec, nic: NicSpec): Promise<void>;
  /** Takes an interface away (never the first); `spec` has it no more. */
  detachNic(spec: ServerSpec, nic: NicSpec): Promise<void>;

  /**
   * Makes a loopback address of this machine (127.x.y.z) lead to a server: connections to its port 22, for one. Resolves when it does. Where it
   * cannot, nothing of it stays; `port-taken` if another program has it. Capability `publicAddresses`.
   */
  bindAddress(binding: AddressBinding): Promise<void>;
  /** Does nothing where it is not bound. */
  releaseAddress(id: string): Promise<void>;

  /** All servers that the driver knows of, and whether each runs with its disk as its root. */
  servers(): Promise<ObservedServer[]>;
  /** A server went off or asked for a reboot by itself. */
  onServerExit(listener: (exit: ServerExit) => void): () => void;

  /** Console output from a byte offset on (at most 256 KiB), and the offset after it. A new start of the server appends. */
  console(id: string, offset: number): Promise<{ data: Buffer; next: number }>;
  /** Runs a command in a running server; at most 1 MiB of each stream is kept. Capability `exec`. */
  exec(id: string, command: readonly string[], options: { timeoutMs: number }): Promise<ExecResult>;

  /** Files on a disk; `server` is set while a running server uses it. Links are followed inside the disk only. */
  listFiles(at: FileTarget, path: string): Promise<FileEntry[]>;
  /** At most 8 MiB from `offset` on. */
  readFile(at: FileTarget, path: string, range?: { offset: number; length: number }): Promise<Buffer>;
  /**
   * The first `limit` differences between the files on two disks, in the order of their paths, after the path `after`. Both are read as of one
   * moment; contents are compared where size or time do not tell. Links are compared, not followed. What takes minutes is ended: `too-large`, or
   * `unavailable`.
   */
  compareFiles(
    from: FileTarget,
    to: FileTarget,
    options: { path: string; after?: string; limit: number },
  ): Promise<FileDifference[]>;
  /** Creates or replaces a file (parents are made, mode 0755). At most 8 MiB. */
  writeFile(at: FileTarget, path: string, data: Uint8Array, options?: { mode?: number }): Promise<void>;

  /**
   * Removes what the driver holds and no record knows of (after a crash). Lists what there is before it asks, and asks about each stray once
   * more at its removal: what is made while this goes on has a record already, and stays. Returns what was removed, in words.
   */
  sweep(known: KnownIds): Promise<string[]>;

  /** Lets go of everything. Servers are stopped (their disks stay) unless they are to keep running. */
  close(options?: { keepRunning?: boolean }): Promise<void>;
  /** Removes everything that the driver ever made outside the disk store: containers, networks, helper. */
  dismantle(): Promise<void>;
}

export type SweptKind = 'server' | 'subnet' | 'disk' | 'address';

/** Those of the ids that a record knows of now. Any number of ids. */
export type KnownIds = (kind: SweptKind, ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface HardwareStatus {
  readonly state: 'ready' | 'preparing' | 'unavailable';
  /** Why it is not ready, in words for a user. */
  readonly reason?: string;
}

export type CapabilityName =
  | 'processes'
  | 'exec'
  | 'ssh'
  | 'console'
  | 'metadata'
  | 'networks'
  | 'diskFull'
  | 'userData'
  | 'imageContent'
  /** Disks attached to a running server are seen inside it. */
  | 'dataDisks'
  /** A disk without a file system is seen as a block device, /dev/vdb. */
  | 'rawDisks'
  /** One disk in several servers at once. */
  | 'sharedDisks'
  /** Throughput by the disk's type. */
  | 'diskThroughput'
  /** Bare-metal servers boot from a disk with a partition table. */
  | 'partitionedDisks'
  /** Elastic IPs that answer. */
  | 'publicAddresses'
  /** Rules of security groups are enforced. */
  | 'securityGroups';

export interface Capability {
  readonly name: CapabilityName;
  readonly available: boolean;
  /** Why not, or a remark on how far. */
  readonly reason?: string;
}

/** A public image of the catalogue, as far as its content goes. */
export interface ImageSource {
  readonly name: string;
  /** As the service spells it: `Debian GNU/Linux 12.0.0 64bit`. */
  readonly osVersion: string;
  readonly platform: string;
  readonly osType: 'Linux' | 'Windows' | 'Other';
  /** Container image that holds this system, `debian:12`; null where there is none (Windows). */
  readonly container: string | null;
  /** Debian suite from which the system can be made of packages; null otherwise. */
  readonly debianSuite: string | null;
  /** With a partition table before the system, as a bare-metal server boots it. Capability `partitionedDisks`; without it as any other. */
  readonly partitioned: boolean;
}

export interface Materialised {
  /** PLACEHOLDER: the tiny base system under the image's os-release. */
  readonly content: 'REAL' | 'PLACEHOLDER';
  /** Why a placeholder, in words for a user. */
  readonly reason?: string;
}

export interface SubnetSpec {
  readonly id: string;
  readonly tenantId: string;
  /** `192.168.0.0/24` */
  readonly cidr: string;
  readonly gateway: string;
}

export interface ServerSpec {
  readonly id: string;
  readonly tenantId: string;
  readonly hostname: string;
  /** The system disk. */
  readonly disk: DiskId;
  /** What else is there at each start. */
  readonly dataDisks: readonly DiskMount[];
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly nics: readonly NicSpec[];
  /** Loopback port of this machine that leads to port 22 of the server; null for none. */
  readonly sshPort: number | null;
  /** What the metadata service tells the server about itself (meta_data.json), and its user data. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly userData: Buffer | null;
}

export interface DiskMount {
  readonly disk: DiskId;
  /** `/dev/vdb` */
  readonly device: string;
  readonly readOnly: boolean;
}

export interface NicSpec {
  readonly portId: string;
  readonly subnetId: string;
  readonly address: string;
  readonly mac: string;
}

export interface AddressBinding {
  /** Of the elastic IP. */
  readonly id: string;
  /** `127.10.0.5` */
  readonly address: string;
  readonly tenantId: string;
  /** Where it leads. */
  readonly subnetId: string;
  readonly target: string;
}

/** What a first boot finds on the disk. */
export interface Seed {
  readonly hostname: string;
  readonly authorizedKeys: readonly string[];
  /** crypt(3) form for /etc/shadow, or null to leave the image's own. */
  readonly passwordHash: string | null;
  readonly userData: Buffer | null;
  /** Identifies this first boot; user data runs once for each value. */
  readonly instanceId: string;
}

export interface ObservedServer {
  readonly id: string;
  readonly state: 'RUNNING' | 'STOPPED';
}

export interface ServerExit {
  readonly id: string;
  /** `off`: the guest powered itself off. `reboot`: it asked for a reboot. `crashed`: anything else. */
  readonly how: 'off' | 'reboot' | 'crashed';
}

export interface ExecResult {
  /** Null if the time was up. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface FileTarget {
  readonly disk: DiskId;
  readonly server?: string;
}

export interface FileEntry {
  readonly name: string;
  readonly type: 'FILE' | 'DIRECTORY' | 'LINK' | 'OTHER';
  /** Bytes. */
  readonly size: number;
  /** Permission bits, as in 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly linkTarget?: string;
}

export interface FileDifference {
  /** From the root of the disk: `/etc/hostname`. */
  readonly path: string;
  readonly change: 'ADDED' | 'REMOVED' | 'CHANGED';
  /** What differs, for CHANGED: one or several of `type`, `content`, `mode`, `owner`, `target`. */
  readonly aspects: readonly string[];
  readonly before: FileEntry | null;
  readonly after: FileEntry | null;
}

export type HardwareProblem =
  | 'unavailable'
  | 'unsupported'
  | 'no-space'
  | 'not-found'
  | 'busy'
  /** Another program of this machine has the loopback port. */
  | 'port-taken'
  | 'bad-path'
  | 'too-large'
  | 'failed';

/** What a driver throws (besides DiskStoreError and AbortError). */
export class HardwareError extends Error {
  override readonly name = 'HardwareError';
  readonly problem: HardwareProblem;

  constructor(problem: HardwareProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
