import type { FaultRuleInput } from '../emulator/faults/fault-rule.ts';
import type { EmulatorCloud } from './emulator-cloud.ts';
import { waitSuccessfully } from './wait-successfully.ts';

/** Does something while a job that it orders stands still before its first step, or the one that is named; then lets the job succeed. */
export async function whileJobWaits<Ordered extends { readonly jobId: string }, T>(
  emulator: EmulatorCloud,
  match: FaultRuleInput['match'],
  order: () => Promise<Ordered>,
  work: (ordered: Ordered) => Promise<T>,
): Promise<T> {
  const { faults } = emulator.cloud;
  const hold = await faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 0 } });
  try {
    const ordered = await order();
    const answer = await work(ordered);
    await faults.remove(hold.id);
    await waitSuccessfully(emulator, ordered.jobId);
    return answer;
  } finally {
    await faults.remove(hold.id);
  }
}
