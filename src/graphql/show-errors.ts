import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CloudError } from '../../emulator/errors.ts';
import type { Session } from './session.ts';

/** Code of what nobody expected; the log has the rest, under the request id. */
const UNEXPECTED = 'INTERNAL_SERVER_ERROR';
/** Code of requests that are no good GraphQL, where nothing says more. */
const BAD_REQUEST = 'BAD_REQUEST';

/**
 * Errors as callers see them: expected ones with their documented code and the input at fault, those of GraphQL itself as they are, and
 * everything else masked.
 */
export function showErrors(errors: readonly GraphQLError[], session: Session): GraphQLError[] {
  return errors.map(error => showError(error, session));
}

function showError(error: GraphQLError, session: Session): GraphQLError {
  const cause = causeOf(error);
  const place = placeOf(error);
  if (cause instanceof CloudError) {
    const { code, field, message } = cause;
    return new GraphQLError(message, { ...place, extensions: { code, ...(field !== undefined && { field }) } });
  }
  if (cause instanceof GraphQLError) {
    error.extensions.code ??= BAD_REQUEST;
    return error;
  }
  session.cloud.logger.error({ err: cause, requestId: session.requestId, path: error.path }, 'a request failed unexpectedly');
  return new GraphQLError('Unexpected error.', {
    ...place,
    // `unexpected` makes it HTTP status 500 where there is no data, and goes no further.
    extensions: { code: UNEXPECTED, requestId: session.requestId, unexpected: true },
  });
}

/** Whatever was thrown, in the form that showErrors() takes. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** What was thrown: the innermost error that others were wrapped around. */
function causeOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}

/** For transports without HTTP status: as JSON, without the marks that are meant for it. */
export function formatError(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...formatted } = error.toJSON();
  const { http: _http, unexpected: _unexpected, ...shown } = extensions;
  return { ...formatted, extensions: shown };
}

/** Where in the document and in the data. */
function placeOf({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}
