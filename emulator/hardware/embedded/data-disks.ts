import { type DiskMount, type FileTarget, HardwareError } from '../hardware.ts';
import type { MachineRecords } from './machine-records.ts';

/** The data disks of servers that are on: entries in the records, and lines on the console. Nothing runs that could use them. */
export class DataDisks {
  readonly #records: MachineRecords;

  constructor(records: MachineRecords) {
    this.#records = records;
  }

  /** Throws `not-found` where there is no such server; does nothing for one that is off. */
  attach(server: string, mount: DiskMount): void {
    this.#records.atomically(() => {
      if (this.#records.require(server).state === 'STOPPED') return;
      if (this.#records.attachment(server, mount.disk) !== undefined) return;
      this.#records.attach(server, mount);
      this.#records.say(server, `disk ${mount.disk} attached as ${wordsOf(mount)}`);
    });
  }

  /** Nothing can be using it, so there is nothing to force. */
  detach(server: string, disk: string): void {
    this.#records.atomically(() => {
      const mount = this.#records.attachment(server, disk);
      if (mount === undefined) return;
      this.#records.detach(server, disk);
      this.#records.say(server, `disk ${disk} detached from ${mount.device}`);
    });
  }

  /** At a start: these and no others. To be called within a transaction. */
  replace(server: string, mounts: readonly DiskMount[]): void {
    for (const { disk } of this.#records.attached(server)) this.#records.detach(server, disk);
    for (const mount of mounts) {
      this.#records.attach(server, mount);
      this.#records.say(server, `disk ${mount.disk} as ${wordsOf(mount)}`);
    }
  }

  /** Throws `busy` where a server that is on has the disk. */
  assertUnused(disk: string): void {
    const server = this.#records.userOf(disk);
    if (server !== undefined) throw new HardwareError('busy', `disk ${disk} is in use by the running server ${server}`);
  }

  /** Throws `failed` for a server that has the disk to be read only. */
  assertWritable({ disk, server }: FileTarget): void {
    const mount = server === undefined ? undefined : this.#records.attachment(server, disk);
    if (mount?.readOnly !== true) return;
    throw new HardwareError('failed', `disk ${disk} is attached to server ${server} read-only: nothing is written to it`);
  }
}

const wordsOf = ({ device, readOnly }: DiskMount): string => `${device}${readOnly ? ', read-only' : ''}`;
