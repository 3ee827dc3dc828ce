import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Cloud } from './cloud.ts';
import { CloudError, commonErrors, refuse } from './errors.ts';
import { type Caller, isAdministrator } from './identity/caller.ts';
import { permits } from './identity/permissions.ts';
import type { Operation, OperationContext } from './operation.ts';
import type { Prisma } from './store/generated/client.ts';
import type { Transaction } from './transactions.ts';
import { parseInput } from './validation.ts';

/** How long an idempotency key answers, in milliseconds. */
const KEY_LIFETIME = 24 * 3600 * 1000;
const KEY_LENGTH = 255;

export interface RunOptions {
  /** Per tenant, kept for 24 h: the same key gives the same answer again and does nothing. */
  readonly idempotencyKey?: string;
}

/** Carries out an operation for a caller: the one way into the emulator. Throws CloudError for whatever is expected to go wrong. */
export async function runOperation<Schema extends z.ZodType, Answer>(
  cloud: Cloud,
  operation: Operation<Schema, Answer>,
  caller: Caller,
  rawInput: z.input<Schema>,
  { idempotencyKey }: RunOptions = {},
): Promise<Answer> {
  refuse(operation.permission !== 'public' && !permits(caller.roles, operation.permission), commonErrors.forbidden, {
    message: `The user may not do this: it needs ${operation.permission}.`,
  });
  const input = parseInput(operation.input, rawInput, operation.invalid);
  if (mayBeStruck(operation)) {
    const point = {
      operation: operation.name,
      moment: 'before',
      tenantId: caller.tenantId,
      resourceIds: uuidsIn(input),
    } as const;
    await cloud.faults.strike(point);
  }
  if (operation.access === 'read') return operation.run({ cloud, caller, input, commit: refuseToCommit });

  const key = idempotencyKey === undefined ? undefined : keyOf(operation, caller, input, idempotencyKey);
  const before = key && (await answered<Answer>(cloud, key));
  if (before) return before.answer;
  const commit: OperationContext<unknown>['commit'] = work =>
    cloud.transactions.run(async tx => {
      const answer = await work(tx);
      if (key) await rememberAnswer(tx, cloud, key, answer);
      audit(tx, operation.name, caller, input);
      return answer;
    });
  try {
    return await operation.run({ cloud, caller, input, commit });
  } catch (error) {
    // The same request at the same time was quicker: this one found its key, or what it made, and answers as that one did.
    const meanwhile = key && (await answered<Answer>(cloud, key));
    if (meanwhile) return meanwhile.answer;
    throw error;
  }
}

/** No fault rule bars the way to removing it: signing in and what administers the cloud itself are never struck. */
function mayBeStruck({ permission }: Operation): boolean {
  return permission !== 'public' && !permission.startsWith('cloudyard:') && !permission.startsWith('identity:');
}

const refuseToCommit = (): Promise<never> => Promise.reject(new Error('a reading operation has no transaction'));

/** Every change leaves a trace that names who asked for it; the caller's tenant and the administrator may read it. */
function audit(tx: Transaction, name: string, caller: Caller, input: unknown): void {
  const [resourceId = caller.tenantId] = uuidsIn(input);
  tx.emit({
    kind: `audit.${name}`,
    resourceType: 'operation',
    resourceId,
    payload: { operation: name, userId: caller.userId, userName: caller.userName, administrator: isAdministrator(caller) },
    audiences: [caller.tenantId],
  });
}

interface Key {
  readonly tenantId: string;
  readonly key: string;
  readonly operation: string;
  readonly requestHash: string;
}

function keyOf(operation: Operation, caller: Caller, input: unknown, key: string): Key {
  refuse(key.length === 0 || key.length > KEY_LENGTH, commonErrors.badRequest, {
    message: `An idempotency key has 1 to ${KEY_LENGTH} characters.`,
    field: 'idempotencyKey',
  });
  const requestHash = createHash('sha256')
    .update(JSON.stringify([operation.name, input]))
    .digest('hex');
  return { tenantId: caller.tenantId, key, operation: operation.name, requestHash };
}

async function answered<Answer>(cloud: Cloud, { tenantId, key, requestHash }: Key): Promise<{ answer: Answer } | undefined> {
  const row = await cloud.database.read.idempotencyKey.findUnique({ where: { tenantId_key: { tenantId, key } } });
  if (!row || row.expiresAt <= cloud.clock.now()) return undefined;
  refuse(row.requestHash !== requestHash, commonErrors.idempotencyKeyReused, { field: 'idempotencyKey' });
  // The answer was this operation's own: the hash names operation and input.
  return { answer: row.answer as Answer };
}

async function rememberAnswer(tx: Transaction, cloud: Cloud, key: Key, answer: unknown): Promise<void> {
  const now = cloud.clock.now();
  const id = { tenantId: key.tenantId, key: key.key };
  const previous = await tx.db.idempotencyKey.findUnique({ where: { tenantId_key: id } });
  if (previous && previous.expiresAt > now) throw new CloudError(commonErrors.idempotencyKeyReused, { field: 'idempotencyKey' });
  const row = { ...key, answer: answer as Prisma.InputJsonValue, expiresAt: new Date(now.getTime() + KEY_LIFETIME) };
  await tx.db.idempotencyKey.upsert({ where: { tenantId_key: id }, create: row, update: row });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ids of resources in an input, which fault rules may name. */
function uuidsIn(input: unknown): string[] {
  if (typeof input === 'string') return UUID.test(input) ? [input] : [];
  if (typeof input !== 'object' || input === null) return [];
  return Object.values(input).flatMap(uuidsIn);
}
