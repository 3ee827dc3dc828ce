import { z } from 'zod';
import type { FileDifference } from '../../hardware/hardware.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { contentAnswer, contentRefusals } from '../content-answer.ts';
import { ContentSource, contentTarget } from '../content-source.ts';
import { differenceLimits, FilePath } from '../rules.ts';

/** The differences between two of them, file by file, in the order of their paths; `next` is where to go on, null at the end. */
export const compareContents = defineOperation({
  name: 'contents.compare',
  permission: 'ims:contents:read',
  access: 'read',
  input: z.object({
    from: ContentSource,
    to: ContentSource,
    path: FilePath.default('/'),
    /** Path of the last difference that was seen. */
    after: FilePath.nullish(),
    limit: z.number().int().min(1).max(differenceLimits.max).default(differenceLimits.usual),
  }),
  errors: contentRefusals,
  async run({ cloud, caller, input: { from, to, path, after, limit } }): Promise<Comparison> {
    requireHardware(cloud);
    const find = async () => [await contentTarget(cloud, caller, from), await contentTarget(cloud, caller, to)] as const;
    const options = { path, limit: limit + 1, ...(after && { after }) };
    const looking = { cloud, caller, turns: cloud.comparisons };
    const found = await contentAnswer(looking, find, targets => cloud.hardware.compareFiles(...targets, options));
    const differences = found.slice(0, limit);
    return { differences, next: found.length > limit ? (differences.at(-1)?.path ?? null) : null };
  },
});

export interface Comparison {
  readonly differences: readonly FileDifference[];
  readonly next: string | null;
}
