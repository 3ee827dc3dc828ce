import type { z } from 'zod';
import type { Cloud } from './cloud.ts';
import { commonErrors, refuse } from './errors.ts';
import type { Remember } from './idempotency.ts';
import { type Caller, isAdministrator } from './identity/caller.ts';
import { permits } from './identity/permissions.ts';
import { isUuid } from './ids.ts';
import type { Operation } from './operation.ts';
import type { Transaction } from './transactions.ts';
import { parseInput } from './validation.ts';

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

  const carryOut = (remember?: Remember): Promise<Answer> =>
    operation.run({
      cloud,
      caller,
      input,
      commit: work =>
        cloud.transactions.run(async tx => {
          const answer = await work(tx);
          await remember?.(tx, answer);
          audit(tx, operation.name, caller, input);
          return answer;
        }),
    });
  if (idempotencyKey === undefined) return carryOut();
  return cloud.idempotency.once({ operation, caller, input, key: idempotencyKey }, carryOut);
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

/** Ids of resources in an input, which fault rules may name. */
function uuidsIn(input: unknown): string[] {
  if (typeof input === 'string') return isUuid(input) ? [input] : [];
  if (typeof input !== 'object' || input === null) return [];
  return Object.values(input).flatMap(uuidsIn);
}
