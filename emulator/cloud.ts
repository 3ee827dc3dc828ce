import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { z } from 'zod';
import { BackupSchedule } from './backups/backup-schedule.ts';
import { CloudConfig, type CloudConfigInput } from './config.ts';
import { EventLog } from './events/event-log.ts';
import { LiveTail } from './events/live-tail.ts';
import { Faults } from './faults/faults.ts';
import { strikableNames } from './faults/strikable-names.ts';
import { copyTemplate, firstStart } from './first-start.ts';
import type { Hardware } from './hardware/hardware.ts';
import { type HardwareChoice, openHardware } from './hardware/open-hardware.ts';
import { hardwareOf, recordHardware } from './hardware-record.ts';
import { Housekeeping } from './housekeeping.ts';
import { Idempotency } from './idempotency.ts';
import type { Caller } from './identity/caller.ts';
import { SignInGuard } from './identity/sign-in-guard.ts';
import { Tokens } from './identity/tokens.ts';
import { type Ids, randomIds } from './ids.ts';
import { DataImageCopies } from './images/data-image-copies.ts';
import { ImageContent } from './images/image-content.ts';
import { allJobTypes } from './job-types.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { AddressKeeper } from './networks/address-keeper.ts';
import { NetworkTidier } from './networks/network-tidier.ts';
import { SubnetKeeper } from './networks/subnet-keeper.ts';
import type { Operation } from './operation.ts';
import { type RunOptions, runOperation } from './operation-engine.ts';
import { Reconciler } from './reconciler.ts';
import { forgetRows, openRowCaches, type RowCaches } from './row-caches.ts';
import { Semaphore } from './semaphore.ts';
import { SshPorts } from './servers/ssh-ports.ts';
import { type Database, openDatabase } from './store/database.ts';
import { lockState } from './store/state-lock.ts';
import { TenantTurns } from './tenant-turns.ts';
import { Clock } from './time/clock.ts';
import { Transactions } from './transactions.ts';

export interface CloudOptions {
  /** The state folder; the cloud lives in `<folder>/clouds/<name>/`. */
  readonly folder: string;
  readonly name?: string;
  readonly config?: CloudConfigInput;
  /** `auto`: what the state was made with, else docker where an engine answers, else embedded. */
  readonly hardware?: HardwareChoice;
  readonly logger?: Logger;
  /** A database to begin with where the state is new: one that another cloud closed. It gets an id of its own. */
  readonly template?: string;
  readonly ids?: Ids;
  /** Lets fault rules kill this process: for programs whose purpose is to survive that. */
  readonly allowCrash?: boolean;
}

/** One local cloud: everything that operations, jobs and front ends work with. */
export interface Cloud extends RowCaches {
  /** Stays the same as long as the state does; part of every cursor and engine label. */
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly config: CloudConfig;
  readonly logger: Logger;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly database: Database;
  readonly transactions: Transactions;
  readonly events: EventLog;
  readonly tail: LiveTail;
  readonly faults: Faults;
  readonly idempotency: Idempotency;
  readonly tokens: Tokens;
  readonly signIns: SignInGuard;
  readonly hardware: Hardware;
  readonly hardwareReason: string;
  /** Turns of those who read or write what is in servers and images: each holds some MiB. */
  readonly contentAccess: TenantTurns;
  /** Turns of those who compare disks, which may take minutes: they keep no reader waiting. */
  readonly comparisons: TenantTurns;
  /** Turns of those who read what they have copied, for its checksums, besides the jobs of the queue `bulk`. */
  readonly wholeDiskReads: Semaphore;
  readonly jobs: JobRunner;
  readonly reconciler: Reconciler;
  readonly dataImageCopies: DataImageCopies;
  readonly imageContent: ImageContent;
  readonly subnets: SubnetKeeper;
  readonly backupSchedule: BackupSchedule;
  readonly publicAddresses: AddressKeeper;
  readonly networkTidier: NetworkTidier;
  readonly sshPorts: SshPorts;
  run<Schema extends z.ZodType, Answer>(
    operation: Operation<Schema, Answer>,
    caller: Caller,
    input: z.input<Schema>,
    options?: RunOptions,
  ): Promise<Answer>;
  /** Stops jobs where they are (the next opening goes on with them) and servers, unless they are to keep running. */
  close(options?: ClosingOptions): Promise<void>;
}

export interface ClosingOptions {
  readonly keepRunning?: boolean;
  /** Removes all that the hardware made outside the state folder, too. */
  readonly dismantle?: boolean;
}

/**
 * Opens a cloud: the one place where its parts are put together. May be called many times in one process, for different clouds.
 * Throws StateInUseError, DatabaseUnusableError, HardwareMismatchError, DisksMissingError; nothing is left open then.
 */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { name = 'default', hardware: choice = 'auto', ids = randomIds, logger = pino({ level: 'silent' }) } = options;
  const config = CloudConfig.parse(options.config ?? {});
  const folder = join(options.folder, 'clouds', name);
  makePrivate(folder, logger);
  const undo: (() => unknown)[] = [lockState(folder)];
  try {
    const clock = new Clock(config.clock);
    const isCopy = copyTemplate(options.template, folder);
    const database = await openDatabase(folder);
    undo.push(() => database.close());
    const events = new EventLog(database);
    const tail = await LiveTail.open(events);
    const caches = openRowCaches(database);
    const housekeeping = new Housekeeping({ database, events, clock, logger, eventsKept: config.eventsKept });
    undo.push(() => housekeeping.close());
    const transactions = new Transactions({
      database,
      log: events,
      clock,
      onCommit(committed) {
        forgetRows(caches, committed);
        tail.publish(committed);
        housekeeping.noteHead(tail.head);
      },
    });
    const id = await firstStart({ database, transactions, config, ids, now: clock.now(), isCopy });
    const recorded = await hardwareOf(database);
    const { hardware, reason } = await openHardware({
      choice,
      recorded,
      cloudId: id,
      folder,
      ...config.disks,
      quotaBytes: config.disks.quotaBytes,
    });
    undo.push(() => hardware.close());
    await recordHardware(database, config.regions, hardware.kind);
    const crash = options.allowCrash ? (): never => crashProcess() : undefined;
    const faults = await Faults.open({ database, clock, ids, crash, names: strikableNames });
    const idempotency = await Idempotency.open({ database, clock, ids });
    const tokens = new Tokens({ database, clock, demoAllowed: config.demoCredentials });

    const cloud: Cloud = {
      id,
      name,
      folder,
      config,
      logger,
      ids,
      clock,
      database,
      transactions,
      events,
      tail,
      faults,
      idempotency,
      tokens,
      signIns: new SignInGuard(clock),
      hardware,
      hardwareReason: reason,
      contentAccess: new TenantTurns(CONTENT_TURNS),
      comparisons: new TenantTurns(CONTENT_TURNS),
      wholeDiskReads: new Semaphore(WHOLE_DISK_READS),
      ...caches,
      get dataImageCopies() {
        return dataImageCopies;
      },
      get imageContent() {
        return imageContent;
      },
      get subnets() {
        return subnets;
      },
      get publicAddresses() {
        return publicAddresses;
      },
      get networkTidier() {
        return networkTidier;
      },
      get backupSchedule() {
        return backupSchedule;
      },
      get sshPorts() {
        return sshPorts;
      },
      get jobs() {
        return jobs;
      },
      get reconciler() {
        return reconciler;
      },
      run: (operation, caller, input, runOptions) => runOperation(cloud, operation, caller, input, runOptions),
      async close({ keepRunning = false, dismantle = false } = {}) {
        await backupSchedule.close();
        await reconciler.close();
        await jobs.close();
        await networkTidier.settled();
        tail.close();
        await housekeeping.close();
        if (dismantle) await hardware.dismantle();
        await hardware.close({ keepRunning });
        await database.close();
        unlock();
      },
    };
    const [unlock = () => undefined] = undo;
    const dataImageCopies = new DataImageCopies(cloud);
    const imageContent = new ImageContent(cloud);
    const subnets = new SubnetKeeper(cloud);
    const publicAddresses = new AddressKeeper(cloud);
    const networkTidier = new NetworkTidier(cloud);
    const backupSchedule = new BackupSchedule(cloud);
    const sshPorts = new SshPorts(cloud);
    const jobs = new JobRunner(cloud, allJobTypes);
    const reconciler = new Reconciler(cloud);
    // From here on the cloud closes as a whole.
    undo.splice(0, undo.length, () => cloud.close());
    await reconciler.start();
    backupSchedule.start();
    return cloud;
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** Disks, passwords' hashes and keys are in it: nobody else on the machine may look. */
function makePrivate(folder: string, logger: Logger): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE });
  try {
    // One that an earlier version made is open to all.
    chmodSync(folder, PRIVATE);
  } catch (error) {
    logger.warn({ err: error, folder }, 'the state folder cannot be closed to other users: it belongs to one of them');
  }
}

const PRIVATE = 0o700;

const CONTENT_TURNS = { atOnce: 4, ofOneTenant: 2 };
/** Each takes as much of the machine as it gets. */
const WHOLE_DISK_READS = 2;

function crashProcess(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process did not die');
}
