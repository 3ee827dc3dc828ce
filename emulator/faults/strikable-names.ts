import { allJobTypes } from '../job-types.ts';
import type { Operation } from '../operation.ts';
import { operations } from '../operations.ts';

/** What a fault rule may name. */
export interface StrikableNames {
  readonly operations: ReadonlySet<string>;
  readonly jobTypes: ReadonlySet<string>;
}

/** All that this version of the cloud can do. */
export const strikableNames: StrikableNames = {
  operations: new Set(
    Object.values<Readonly<Record<string, Operation>>>(operations).flatMap(verbs => Object.values(verbs).map(({ name }) => name)),
  ),
  jobTypes: new Set(allJobTypes.map(({ name }) => name)),
};
