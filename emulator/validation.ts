/**
 * From a check that fails to the code that the service documents for it.
 *
 * A rule is a zod schema whose checks carry their code: `text(nameMissing).refine(fits, failsWith(nameTooLong))`. Zod's own type checks
 * have no place for a code, so text() and integer() stand in for z.string() and z.int() where a wrong type has a documented one.
 */
import { z } from 'zod';
import { CloudError, type ErrorCode } from './errors.ts';
import { isUuid } from './ids.ts';

/** Options for zod's refine(), custom() and addIssue(): this code, and no further check of the same value. */
export function failsWith(error: ErrorCode, message: string = error.message) {
  return { error: message, params: { error }, abort: true };
}

/** A string; anything else, or nothing, is the error. */
export const text = (otherwise: ErrorCode) => z.custom<string>(value => typeof value === 'string', failsWith(otherwise));

/** The id of a resource; anything else, or nothing, is the error. */
export const uuid = (otherwise: ErrorCode) => text(otherwise).refine(isUuid, failsWith(otherwise));

/** A whole number from `min` to `max`; anything else, or nothing, is the error. */
export const integer = ({ min, max }: { min: number; max: number }, otherwise: ErrorCode) =>
  z.custom<number>(
    value => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
    failsWith(otherwise, `${otherwise.message} (whole numbers from ${min} to ${max})`),
  );

/** One of some words, exactly spelt; anything else, or nothing, is the error. */
export const oneOf = <Word extends string>(words: readonly Word[], otherwise: ErrorCode) =>
  z.custom<Word>(value => words.some(word => word === value), failsWith(otherwise, `${otherwise.message} (${words.join(', ')})`));

/** Length as a user counts: in code points, not in UTF-16 units. */
export const lengthOf = (value: string): number => [...value].length;

/**
 * Checks an input and returns what the schema makes of it.
 * @throws CloudError with the first coded issue in the order of the schema and the path of its field; `fallback` if no issue has a code.
 * `path` is what comes before the field's own path: `images.2.`.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  fallback: ErrorCode,
  path = '',
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const { issues } = result.error;
  for (const issue of issues) {
    const error = errorOf(issue);
    if (error !== undefined) throw new CloudError(error, { message: issue.message, field: fieldOf(issue, path) });
  }
  const [first] = issues;
  throw new CloudError(fallback, first && { message: `${fallback.message} ${first.message}`, field: fieldOf(first, path) });
}

function errorOf(issue: z.core.$ZodIssue): ErrorCode | undefined {
  if (issue.code !== 'custom') return undefined;
  const error: unknown = issue.params?.error;
  return isErrorCode(error) ? error : undefined;
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value && 'message' in value;
}

/** `tags.2.key`; undefined for the input as a whole. */
function fieldOf(issue: z.core.$ZodIssue, path: string): string | undefined {
  return issue.path.length === 0 ? undefined : `${path}${issue.path.map(String).join('.')}`;
}
