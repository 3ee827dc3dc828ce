/**
 * A program that works on a cloud and is killed by a fault rule, at the very place that the rule names. Takes a ChildPlan as JSON; run by
 * run-child.ts. If nothing kills it, it exits with 0 when all is done.
 */
import { type Cloud, openCloud } from '../../emulator/cloud.ts';
import { isOver } from '../../emulator/jobs/job.ts';
import type { Operation } from '../../emulator/operation.ts';
import { operations } from '../../emulator/operations.ts';
import { orderPreparation } from '../../emulator/reconciling/prepare-hardware.ts';
import { ChildPlan, type Order } from './child-plan.ts';

const plan = ChildPlan.parse(JSON.parse(process.argv[2] ?? ''));
const open = (): Promise<Cloud> => openCloud({ folder: plan.folder, hardware: plan.hardware, allowCrash: true });

let cloud = await open();
for (const rule of plan.rules) await cloud.faults.add(rule);
if (plan.dieAfter) dieAfter(cloud, plan.dieAfter);
await place(plan.order);
await allOver();
await cloud.close();

async function place(order: Order): Promise<void> {
  if (order === 'restart') {
    await cloud.close();
    cloud = await open();
    return;
  }
  if (order === 'prepare') {
    const job = await orderPreparation(cloud);
    cloud.jobs.take(job ? [job] : []);
    return;
  }
  const all: Operation[] = Object.values(operations).flatMap(verbs => Object.values<Operation>(verbs));
  const operation = all.find(({ name }) => name === order.operation);
  if (!operation) throw new Error(`there is no operation ${order.operation}`);
  await cloud.run(operation, await cloud.tokens.authenticate(order.token), order.input);
}

/** The process dies when the effect of a call is there, and nobody has been told. */
function dieAfter({ hardware }: Cloud, call: NonNullable<ChildPlan['dieAfter']>): void {
  const original: (...args: never[]) => Promise<unknown> = hardware[call].bind(hardware);
  Object.assign(hardware, {
    [call]: async (...args: never[]) => {
      await original(...args);
      process.kill(process.pid, 'SIGKILL');
    },
  });
}

async function allOver(): Promise<void> {
  const { tail, database } = cloud;
  const events = tail.subscribe({ audiences: 'everything', after: tail.head, matches: ({ payload }) => isOver(payload) });
  while ((await database.read.job.count({ where: { status: { in: ['INIT', 'RUNNING'] } } })) > 0) await events.next();
}
