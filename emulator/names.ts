/** Names and descriptions: forms that several services share, while limits and codes are each one's own. */
import type { ErrorCode } from './errors.ts';
import { failsWith, lengthOf, text } from './validation.ts';

/** Any letters; control characters, with them line breaks, half characters and angle brackets are refused. */
export function descriptionOf({ max }: { readonly max: number }, invalid: ErrorCode, tooLong = invalid) {
  return text(invalid)
    .refine(description => lengthOf(description) <= max, failsWith(tooLong))
    .refine(description => /^[^<>\p{Cc}\p{Cs}]*$/u.test(description), failsWith(invalid));
}

/** For refine() on an order: the name leaves room for the numbers of a batch. */
export const nameFits =
  ({ max }: { readonly max: number }) =>
  ({ name, count }: { readonly name: string; readonly count: number }): boolean =>
    count === 1 || lengthOf(name) <= max;
