import type { z } from 'zod';
import type { Cloud } from '../../emulator/cloud.ts';
import type { Caller } from '../../emulator/identity/caller.ts';
import type { Operation } from '../../emulator/operation.ts';
import type { RunOptions } from '../../emulator/operation-engine.ts';
import { operations } from '../../emulator/operations.ts';

type Call<Op> =
  Op extends Operation<infer Schema, infer Answer> ? (input: z.input<Schema>, options?: RunOptions) => Promise<Answer> : never;

/** All operations, as methods: `tenant.images.create({ name, serverId })`. Typed by the operations themselves. */
export type OperationMethods = {
  readonly [Noun in keyof typeof operations]: {
    readonly [Verb in keyof (typeof operations)[Noun]]: Call<(typeof operations)[Noun][Verb]>;
  };
};

/** Who a test acts as. */
export type TestTenant = OperationMethods & {
  /** The tenant's id (a project's), 32 hexadecimal digits. */
  readonly id: string;
  /** A bearer token, for the gateway. */
  readonly token: string;
  readonly caller: Caller;
};

export async function tenantOf(cloud: Cloud, token: string): Promise<TestTenant> {
  const caller = await cloud.tokens.authenticate(token);
  const nouns = Object.entries(operations).map(([noun, verbs]) => [noun, methodsOf(cloud, caller, verbs)]);
  // Built from the very table that its type is made of.
  return { ...(Object.fromEntries(nouns) as OperationMethods), id: caller.tenantId, token, caller };
}

function methodsOf(cloud: Cloud, caller: Caller, verbs: Readonly<Record<string, Operation>>): object {
  const methods = Object.entries(verbs).map(([verb, operation]) => [
    verb,
    (input: z.input<z.ZodType>, options?: RunOptions) => cloud.run(operation, caller, input, options),
  ]);
  return Object.fromEntries(methods);
}
