import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudError, commonErrors } from '../emulator/errors.ts';
import { imageErrors } from '../emulator/images/errors.ts';
import { serverErrors } from '../emulator/servers/errors.ts';
import { expectedError } from '../src/graphql/error-kinds.ts';
import { type OpenGateway, openGateway, tokens } from './open-gateway.ts';

const log = new PassThrough();
const lines: string[] = [];
log.on('data', chunk => lines.push(String(chunk)));

let gateway: OpenGateway;
beforeAll(async () => {
  gateway = await openGateway({ logger: pino({ level: 'trace' }, log) });
});
afterAll(() => gateway.close());

test('what nobody expected is masked; its request id leads to the log', async () => {
  const { read } = gateway.cloud.database;
  const original = read.keyPair.findMany;
  Object.defineProperty(read.keyPair, 'findMany', {
    value: () => Promise.reject(new Error('a secret of the inside')),
    configurable: true,
  });
  try {
    const { errors, headers } = await gateway.ask(tokens.a, '{ keyPairs { edges { node { name } } } }');
    const requestId = headers.get('x-request-id');
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'Unexpected error.',
        path: ['keyPairs'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
      }),
    ]);
    const line = lines.find(text => text.includes('a secret of the inside'));
    expect(line).toContain(requestId);
  } finally {
    Object.defineProperty(read.keyPair, 'findMany', { value: original, configurable: true });
  }
});

test('neither tokens nor what was sent stand in the log', async () => {
  await gateway.data(
    tokens.a,
    'mutation { createKeyPair(input: { name: "named-in-no-log" }) { ... on CreateKeyPairPayload { privateKey } ... on Error { code } } }',
  );
  await gateway.ask('wrong-token', '{ me { roles } }');
  const text = lines.join('');
  expect(text).toContain('"msg":"request"');
  for (const secret of [tokens.a, 'wrong-token', 'named-in-no-log', 'PRIVATE KEY']) expect(text).not.toContain(secret);
});

test.each([
  [imageErrors.imageNotFound, 'NotFoundError'],
  [imageErrors.nameInvalid, 'InvalidInputError'],
  [imageErrors.ownerOnly, 'ForbiddenError'],
  [imageErrors.imageBeingCreated, 'StateError'],
  [imageErrors.imageQuotaUsedUp, 'QuotaError'],
  [serverErrors.serverNotFound, 'NotFoundError'],
  [serverErrors.keyPairExists, 'StateError'],
  [serverErrors.keyPairNameInvalid, 'InvalidInputError'],
  [commonErrors.notAuthenticated, 'AuthenticationError'],
  [commonErrors.hardwareUnavailable, 'HardwareError'],
  [commonErrors.injectedFault, 'ServiceError'],
])('$code is a %s', (code, kind) => {
  expect(expectedError(new CloudError(code)).constructor.name).toBe(kind);
});
