import { z } from 'zod';

/**
 * A fault that the user wants: what it strikes and what happens then. Every member of `match` that is given must fit. A rule that names an
 * operation is for that one; every other rule is for steps of jobs, and an empty match is for all of them.
 *
 * - `fail`: ends with this code. - `delay`: takes that much longer (by the cloud's clock). - `hold`: a job stays at this percentage until the
 * rule is removed or the job is cancelled. - `crash`: the process kills itself (only where the cloud was opened with `allowCrash`).
 */
export const FaultRuleInput = z.strictObject({
  match: z.strictObject({
    operation: z.string().optional(),
    jobType: z.string().optional(),
    step: z.string().optional(),
    tenantId: z.string().optional(),
    resourceId: z.string().optional(),
  }),
  /** For a step: before its effect, or when the effect is there and not yet recorded. */
  moment: z.enum(['before', 'after']).default('before'),
  effect: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fail'), code: z.string().min(1).max(64), message: z.string().max(1024).optional() }),
    z.strictObject({ kind: z.literal('delay'), seconds: z.number().positive().max(86_400) }),
    z.strictObject({ kind: z.literal('hold'), percent: z.number().int().min(0).max(100) }),
    z.strictObject({ kind: z.literal('crash') }),
  ]),
  /** How often it strikes; without a number until it is removed. */
  count: z.number().int().positive().optional(),
});

export type FaultRuleInput = z.infer<typeof FaultRuleInput>;

export interface FaultRule extends FaultRuleInput {
  readonly id: string;
  readonly remaining: number | null;
}

/** A place where a fault may strike. */
export interface FaultPoint {
  readonly operation?: string;
  readonly jobType?: string;
  readonly step?: string;
  /** A step that is taken back; only rules that name it strike there. */
  readonly isRevert?: boolean;
  readonly moment: 'before' | 'after';
  readonly tenantId: string;
  readonly resourceIds: readonly string[];
}

export function strikes({ match, moment }: FaultRule, point: FaultPoint): boolean {
  return (
    moment === point.moment &&
    match.operation === point.operation &&
    fits(match.jobType, point.jobType) &&
    (point.isRevert ? match.step === point.step : fits(match.step, point.step)) &&
    fits(match.tenantId, point.tenantId) &&
    (match.resourceId === undefined || point.resourceIds.includes(match.resourceId))
  );
}

function fits(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}
