/**
 * A program that works on a cloud and is killed by a fault rule, at the very place that the rule names. Takes a ChildPlan as JSON; started by
 * run-child.ts. If nothing kills it, it exits with 0 when all is done.
 *
 * It runs the compiled emulator: dozens of it are started, and that starts in a third of the time.
 */
import { compiled } from './compiled.mjs';

/** @typedef {import('../../emulator/cloud.ts').Cloud} Cloud */
/** @typedef {import('../../emulator/operation.ts').Operation} Operation */

const { openCloud } = await compiled.cloud();
const { operations } = await compiled.operations();
const { orderPreparation } = await compiled.prepareHardware();
const { isOver } = await compiled.job();

/** @type {import('./child-plan.ts').ChildPlan} */
const plan = JSON.parse(process.argv[2] ?? '');
const open = () => openCloud({ folder: plan.folder, hardware: plan.hardware, config: plan.config ?? {}, allowCrash: true });

let cloud = await open();
for (const rule of plan.rules ?? []) await cloud.faults.add(rule);
if (plan.dieAfter) dieAfter(cloud, plan.dieAfter);
await place(plan.order);
await allOver();
await cloud.close();

/** @param {import('./child-plan.ts').Order} order */
async function place(order) {
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
  /** @type {Operation[]} */
  const all = Object.values(operations).flatMap(verbs => Object.values(verbs));
  const operation = all.find(({ name }) => name === order.operation);
  if (!operation) throw new Error(`there is no operation ${order.operation}`);
  await cloud.run(operation, await cloud.tokens.authenticate(order.token), order.input);
}

/**
 * The process dies when the effect of a call is there, and nobody has been told. To the runner of jobs all steps seem to be quick, so that
 * none of those before is recorded either.
 * @param {Cloud} cloud
 * @param {import('./child-plan.ts').HardwareEffect} effect
 */
function dieAfter({ hardware }, effect) {
  performance.now = () => 0;
  const original = hardware[effect];
  /** @param {unknown[]} args */
  const last = async (...args) => {
    await Reflect.apply(original, hardware, args);
    process.kill(process.pid, 'SIGKILL');
  };
  Object.assign(hardware, { [effect]: last });
}

async function allOver() {
  const { tail, database } = cloud;
  const events = tail.subscribe({ audiences: 'everything', after: tail.head, matches: ({ payload }) => isOver(payload) });
  while ((await database.read.job.count({ where: { status: { in: ['INIT', 'RUNNING'] } } })) > 0) await events.next();
}
