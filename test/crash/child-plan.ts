import { z } from 'zod';
import { FaultRuleInput } from '../../emulator/faults/fault-rule.ts';

/** An operation by name, in the name of whoever the token belongs to. */
const Call = z.object({ operation: z.string(), token: z.string(), input: z.record(z.string(), z.unknown()) });

/** What a program does that is to die: see child.ts. */
export const ChildPlan = z.object({
  folder: z.string(),
  hardware: z.enum(['embedded', 'docker']),
  /** Fault rules; those that crash end the program. */
  rules: z.array(FaultRuleInput).default([]),
  /** Calls of the hardware after whose effect the program dies, with no fault rule about. */
  dieAfter: z
    .enum(['snapshot', 'growDisk', 'createServer', 'startServer', 'stopServer', 'rebootServer', 'destroyServer'])
    .optional(),
  /**
   * What is asked for. `restart`: closing the cloud and opening it again, which restores its servers; `prepare`: the job that makes hardware
   * ready, also where it is.
   */
  order: z.union([Call, z.literal(['restart', 'prepare'])]),
});

export type ChildPlan = z.infer<typeof ChildPlan>;
export type ChildPlanInput = z.input<typeof ChildPlan>;
export type Order = ChildPlan['order'];
