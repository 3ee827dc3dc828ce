/**
 * Error codes of the identity service that Cloudyard can answer. Wording is ours.
 *
 * Source: compute 1.9 (codes and statuses; those of an account that is locked or signs in wrongly are 401 there too). A token that is
 * wrong on any other service is answered by the gateway: APIGW.0301, in ../errors.ts.
 */
import { errorCodes } from '../errors.ts';

export const identityErrors = errorCodes({
  authenticationRequired: ['IAM.0001', 401, 'You have to sign in first.'],
  forbidden: ['IAM.0002', 403, 'Your role does not allow this.'],
  policyForbids: ['IAM.0003', 403, 'A policy forbids this.'],
  notFound: ['IAM.0004', 404, 'There is no such thing.'],
  domainNotFound: ['IAM.0004', 404, 'No domain has this id or name.'],
  projectNotFound: ['IAM.0004', 404, 'No project has this id or name.'],
  userNotFound: ['IAM.0004', 404, 'No user has this id or name.'],
  conflict: ['IAM.0005', 409, 'This exists already.'],
  internal: ['IAM.0006', 500, 'The identity service failed.'],
  badParameter: ['IAM.0007', 400, 'A parameter is not valid.'],
  badBody: ['IAM.0011', 400, 'The body of the request is not valid.'],
  throttled: ['IAM.0012', 429, 'Too many requests at once; try again later.'],
  accountLocked: ['IAM.0061', 401, 'The account is locked after too many failures.'],
  passwordWrong: ['IAM.0062', 401, 'User name or password is wrong.'],
  tokenExpired: ['IAM.0066', 401, 'The token has expired.'],
  tokenInvalid: ['IAM.0067', 401, 'The token is not valid.'],
  propertyWrong: ['IAM.0072', 400, 'A property of the request is not valid.'],
  propertyMissing: ['IAM.0073', 400, 'A property of the request is missing.'],
});
