import { commonErrors } from '../../../errors.ts';
import { defineJob, type JobType, type Step } from '../../../jobs/job-type.ts';
import { orFail } from '../../hardware-failures.ts';
import { createSingleServerJob, type LaunchInput } from '../../jobs/create-server.ts';
import { defineBatch } from '../../order-batch.ts';
import { enterPhase } from '../enter-phase.ts';
import { bareMetalErrors as errors } from '../errors.ts';
import type { ProvisionState } from '../machine.ts';
import { inOwnCodes } from '../own-codes.ts';

type State = object;
type LaunchStep = Step<LaunchInput, State>;

/** What a launch of a cloud server does, up to its first boot and from there on: deploying a machine is no other work. */
const launch: JobType<LaunchInput, State> = createSingleServerJob;
const firstBoot = launch.steps.findIndex(({ name }) => name === 'boot');
const deploying = launch.steps.slice(0, firstBoot);
const booting = launch.steps.slice(firstBoot);

export const createBareMetalBatch = defineBatch('baremetalBatchCreate');

/**
 * Launches one bare-metal server in the phases of Ironic (upstream): the machine's disks are cleaned, the image is deployed, the machine boots.
 * If a phase fails, all that was made is taken back, as with a cloud server. Source of the name: compute 3.1; the times are our estimate of
 * the minutes that a real machine takes.
 */
export const createSingleBareMetalJob = defineJob<LaunchInput, State>({
  name: 'baremetalSingleCreate',
  queue: 'launch',
  input: launch.input,
  state: launch.state,
  errors: [
    errors.imageNotFound,
    errors.imageNotActive,
    errors.imageDamaged,
    errors.diskNotCreated,
    errors.dataDiskNotCreated,
    errors.portNotCreated,
    errors.serverNotCreated,
    errors.serverNotStarted,
    errors.addressNotBound,
    commonErrors.damagedDisk,
  ],
  resources: launch.resources,
  steps: [
    {
      name: 'clean',
      weight: 1,
      seconds: 60,
      /** Nothing is left on the machine, of whatever attempt. */
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await inOwnCodes(() =>
          orFail(errors.serverNotCreated, async () => {
            await cloud.hardware.destroyServer(input.serverId);
            for (const { disk } of input.disks) await cloud.hardware.disks.remove(disk);
          }),
        );
        return undefined;
      },
      commit: (tx, { input: { serverId } }) => enterPhase(tx, serverId, 'deploying'),
    },
    {
      name: 'deploy',
      weight: 10,
      seconds: 240,
      run: context => carryOut(deploying, context),
      revert: context => takeBack(deploying, context),
    },
    {
      name: 'boot',
      weight: 5,
      seconds: 300,
      run: context => carryOut(booting, context),
      async commit(tx, context) {
        const machine = { provisionState: 'active' satisfies ProvisionState, powerState: 'ON' } as const;
        await tx.db.server.update({ where: { id: context.input.serverId }, data: machine });
        for (const step of booting) await step.commit?.(tx, context);
      },
      revert: context => takeBack(booting, context),
    },
  ],
  ...(launch.failed && { failed: launch.failed }),
});

type Context = Parameters<NonNullable<LaunchStep['run']>>[0];

async function carryOut(steps: readonly LaunchStep[], context: Context): Promise<undefined> {
  await inOwnCodes(async () => {
    for (const step of steps) await step.run?.(context);
  });
  return undefined;
}

async function takeBack(steps: readonly LaunchStep[], context: Context): Promise<void> {
  for (const step of steps.toReversed()) await step.revert?.(context);
}
