/** The GraphQL types of expected failures. */
import { builder } from './builder.ts';
import {
  AuthenticationError,
  type ExpectedError,
  ForbiddenError,
  HardwareError,
  InvalidInputError,
  NotFoundError,
  QuotaError,
  ServiceError,
  StateError,
} from './error-types.ts';

const ErrorInterface = builder.interfaceRef<ExpectedError>('Error').implement({
  description: 'A failure that is to be expected. The codes are those of the real services: see docs/errors.md.',
  fields: t => ({
    message: t.exposeString('message', { description: 'What went wrong, in words.' }),
    code: t.exposeString('code', { description: 'Documented code: `IMG.0027`, `Ecs.0114`, `APIGW.0302`, …' }),
    field: t.exposeString('field', { nullable: true, description: 'The input at fault, as a path: `tags.2.key`.' }),
  }),
});

const descriptions = [
  [InvalidInputError, 'InvalidInputError', 'A part of the input is not as it has to be.'],
  [AuthenticationError, 'AuthenticationError', 'Nobody has signed in, or not with the right password.'],
  [ForbiddenError, 'ForbiddenError', 'The caller may see the resource and may not do this with it.'],
  [NotFoundError, 'NotFoundError', 'There is no such resource, or not for this caller.'],
  [StateError, 'StateError', 'The resource is in a state that does not allow this, or something else is being done with it.'],
  [QuotaError, 'QuotaError', 'A quota is used up.'],
  [HardwareError, 'HardwareError', 'The machine below cannot do this: now, or on this hardware at all.'],
  [ServiceError, 'ServiceError', 'The cloud failed; a fault rule can make it.'],
] as const;

for (const [kind, name, description] of descriptions) {
  builder.objectType(kind, { name, description, interfaces: [ErrorInterface] });
}
