/** All codes that a service documents: those that Cloudyard has an error for, and those that it has not, with the reason. */
import type { ErrorCode } from './errors.ts';

export interface DocumentedError {
  /** `IMG.0072` */
  readonly code: string;
  /** What it means; our wording. */
  readonly meaning: string;
  /** Why no operation ends with it; null if there is an error for it. */
  readonly absent: string | null;
}

/** Codes that are absent for one reason. */
export interface AbsentErrors {
  readonly reason: string;
  readonly codes: readonly (readonly [code: string, meaning: string])[];
}

/** Joins a service's table of errors with the codes that it lacks, in the order of the codes. A code of several errors counts once. */
export function errorCatalogue(
  errors: Readonly<Record<string, ErrorCode>>,
  absent: readonly AbsentErrors[],
): readonly DocumentedError[] {
  const present = new Map<string, DocumentedError>();
  for (const { code, message } of Object.values(errors)) {
    if (!present.has(code)) present.set(code, { code, meaning: message, absent: null });
  }
  const rest = absent.flatMap(({ reason, codes }) => codes.map(([code, meaning]) => ({ code, meaning, absent: reason })));
  return [...present.values(), ...rest].sort((a, b) => (a.code < b.code ? -1 : 1));
}
