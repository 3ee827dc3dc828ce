import { z } from 'zod';
import { defineJob, type StepContext } from '../../../jobs/job-type.ts';
import { defineBatch } from '../../order-batch.ts';
import { bareMetalErrors as errors } from '../errors.ts';
import { inOwnCodes } from '../own-codes.ts';
import { powerActionNames, powerActions } from '../power-actions.ts';

const Input = z.object({ serverId: z.string(), action: z.enum(powerActionNames) });
export type OperateInput = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;

export const operateBareMetalBatch = defineBatch('baremetalBatchOperate');

/**
 * One server's management controller switches its power. How it ends, also without success, is how the power job of a cloud server ends.
 * Source of the name: compute 3.1; that of the sub-job is in the same style.
 */
export const operateSingleBareMetalJob = defineJob<OperateInput, State>({
  name: 'baremetalSingleOperate',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.serverNotStarted, errors.serverNotOperated],
  resources: ({ serverId }) => [serverId],
  steps: [
    {
      name: 'power',
      weight: 1,
      seconds: 120,
      async run(context) {
        const [step, inside] = stepOf(context);
        return inOwnCodes(async () => step?.run?.(inside));
      },
      async commit(tx, context) {
        const [step, inside] = stepOf(context);
        await step?.commit?.(tx, inside);
      },
      async revert(context) {
        const [step, inside] = stepOf(context);
        await step?.revert?.(inside);
      },
    },
  ],
  async failed(tx, context, error) {
    await powerActions[context.input.action].job.failed?.(tx, stepOf(context)[1], error);
  },
});

/** The one step of the power job that does it, and what that step is told. */
function stepOf(context: StepContext<OperateInput, State>) {
  const { serverId, action } = context.input;
  const { type, job } = powerActions[action];
  return [job.steps[0], { ...context, input: { serverId, type } }] as const;
}
