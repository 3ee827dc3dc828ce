import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { HardwareError, type ServerSpec } from '../hardware/hardware.ts';
import type { JobRecord } from '../jobs/job.ts';
import { orderJob } from '../jobs/job-orders.ts';
import { defineJob, type StepContext } from '../jobs/job-type.ts';
import { serverErrors } from '../servers/errors.ts';
import { onFreePort } from '../servers/on-free-port.ts';
import { serverLock } from '../servers/order-batch.ts';
import { readServerSpecs } from '../servers/server-spec.ts';
import { settleServer } from '../servers/settle-server.ts';
import type { ServerStatus } from '../store/generated/client.ts';
import { slices } from '../store/slices.ts';
import type { PowerDifferences } from './compare.ts';
import { operatorCaller } from './operator-caller.ts';

const Input = z.object({ start: z.array(z.string()), stop: z.array(z.string()) });
type Input = z.infer<typeof Input>;
const State = z.object({ failures: z.array(z.object({ serverId: z.string(), reason: z.string() })) }).partial();
type State = z.infer<typeof State>;

/** As many as launches: see jobs/queues.ts. */
const AT_ONCE = 4;

/**
 * Powers servers as their records say: after a start of the cloud, a crash, or a loss of the engine. It holds them meanwhile, so that nobody
 * stops a server that is about to be started. One that can't be started is SHUTOFF from then on, and says why.
 */
export const restoreServersJob = defineJob<Input, State>({
  name: 'restoreServers',
  queue: 'light',
  input: Input,
  state: State,
  errors: [serverErrors.serverNotStarted],
  resources: ({ start, stop }) => [...start, ...stop],
  steps: [
    {
      name: 'power',
      weight: 1,
      seconds: 0,
      run: restore,
      async commit(tx, { cloud, state }) {
        for (const { serverId, reason } of state.failures ?? []) {
          const fault = { faultCode: serverErrors.serverNotStarted.code, faultMessage: reason };
          await settleServer(tx, cloud, 'server.stopped', serverId, { status: 'SHUTOFF', ...fault });
        }
      },
    },
  ],
});

/** Orders the job for those that still differ and that no other job works on. Nothing runs it yet. */
export async function orderRestoring(cloud: Cloud, { start, stop }: PowerDifferences): Promise<JobRecord | undefined> {
  return cloud.transactions.run(async tx => {
    const statusOf = new Map<string, ServerStatus>();
    for (const ids of slices([...start, ...stop])) {
      const servers = await tx.db.server.findMany({ where: { id: { in: ids } }, select: { id: true, status: true } });
      const locks = await tx.db.resourceLock.findMany({ where: { resource: { in: ids.map(id => serverLock(id).resource) } } });
      const held = new Set(locks.map(({ resource }) => resource));
      for (const { id, status } of servers) if (!held.has(serverLock(id).resource)) statusOf.set(id, status);
    }
    const input = {
      start: start.filter(id => statusOf.get(id) === 'ACTIVE'),
      stop: stop.filter(id => statusOf.has(id) && statusOf.get(id) !== 'ACTIVE'),
    };
    const locks = [...input.start, ...input.stop].map(serverLock);
    if (locks.length === 0) return undefined;
    const ordering = { ids: cloud.ids, clock: cloud.clock, caller: operatorCaller() };
    return orderJob(tx, restoreServersJob, { input, entities: {}, locks }, ordering);
  });
}

/** Other jobs that hold servers which differ. */
export async function holdersOf({ database: { read } }: Cloud, { start, stop }: PowerDifferences): Promise<string[]> {
  const holders = new Set<string>();
  for (const ids of slices([...start, ...stop])) {
    const resource = { in: ids.map(id => serverLock(id).resource) };
    const locks = await read.resourceLock.findMany({ where: { resource, job: { type: { not: restoreServersJob.name } } } });
    for (const { jobId } of locks) holders.add(jobId);
  }
  return [...holders];
}

/** Jobs of this kind that are not over, whoever ordered them. */
export function unfinishedRestoring({ database: { read } }: Cloud): Promise<JobRecord[]> {
  return read.job.findMany({ where: { type: restoreServersJob.name, status: { in: ['INIT', 'RUNNING'] } } });
}

async function restore({ cloud, input, report, signal }: StepContext<Input, State>): Promise<State> {
  await cloud.reconciler.hardwareReady(signal);
  const specs = await readServerSpecs(cloud, input.start);
  const known = new Set((await cloud.hardware.servers()).map(({ id }) => id));
  for (const subnetId of new Set(specs.flatMap(({ nics }) => nics.map(nic => nic.subnetId))))
    await cloud.subnets.ensure(subnetId);
  const failures: { serverId: string; reason: string }[] = [];
  const start = async (spec: ServerSpec): Promise<void> => {
    try {
      if (!known.has(spec.id)) await cloud.hardware.createServer(spec);
      await onFreePort(cloud, spec, wanted => cloud.hardware.startServer(wanted));
    } catch (error) {
      if (isTheEngineGone(error)) throw error;
      cloud.logger.warn({ err: error, serverId: spec.id }, 'a server could not be started again');
      failures.push({
        serverId: spec.id,
        reason: error instanceof Error ? error.message : serverErrors.serverNotStarted.message,
      });
    }
  };
  const work = [...specs.map(spec => () => start(spec)), ...input.stop.map(id => () => cloud.hardware.stopServer(id, 'HARD'))];
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let next = work.shift(); next; next = work.shift()) {
      signal.throwIfAborted();
      await next();
      report(++done, done + work.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { failures };
}

/** Then it is not the server's fault: all of it is done again when the engine is back. */
function isTheEngineGone(error: unknown): boolean {
  return error instanceof HardwareError && error.problem === 'unavailable';
}
