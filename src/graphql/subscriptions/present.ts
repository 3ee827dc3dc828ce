import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Session } from '../session.ts';
import { formatError, showErrors } from '../show-errors.ts';

/** Both engines' results fit: one of them leaves members out, the other sets them to undefined. */
interface Result {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly extensions?: ExecutionResult['extensions'] | undefined;
}

/** A result as it goes out over a transport that has no HTTP status for it, with the place of its message. */
export function presented({ data, errors, extensions }: Result, session: Session): FormattedExecutionResult {
  const { cursor } = session;
  return {
    ...(data !== undefined && { data }),
    ...(errors && { errors: showErrors(errors, session).map(formatError) }),
    ...((extensions ?? cursor !== undefined) && { extensions: { ...extensions, ...(cursor !== undefined && { cursor }) } }),
  };
}
