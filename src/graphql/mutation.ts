import type { InputFieldMap, InputShapeFromFields, ObjectFieldsShape } from '@pothos/core';
import { CloudError } from '../../emulator/errors.ts';
import type { RunOptions } from '../../emulator/operation-engine.ts';
import { builder } from './builder.ts';
import { expectedError } from './error-kinds.ts';
import type { Session } from './session.ts';

type SchemaTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer All> ? All : never;

interface Mutation<Fields extends InputFieldMap, Answer extends object> {
  readonly description: string;
  /** What it costs; 1 point without it. See cost.ts. */
  readonly complexity?: number;
  /** Fields of the input object, besides the idempotency key. */
  input(t: PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>): Fields;
  /** Carries it out; `options` hold the idempotency key. */
  run(session: Session, input: InputShapeFromFields<Fields>, options: RunOptions): Promise<Answer>;
  /** Fields of the payload, made of what the operation answers. */
  payload(t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Answer>): ReturnType<ObjectFieldsShape<SchemaTypes, Answer>>;
}

/**
 * Adds a mutation with its input object `<Name>Input`, its payload `<Name>Payload` and its result `<Name>Result`: the union of the payload
 * and the kinds of expected failure.
 */
export function addMutation<Fields extends InputFieldMap, Answer extends object>(
  name: string,
  mutation: Mutation<Fields, Answer>,
): void {
  addUntyped(name, mutation);
}

/** The same without the types of one mutation, which the builder's own cannot follow while they are open. */
function addUntyped(name: string, { description, complexity = 1, input, run, payload }: Mutation<InputFieldMap, object>): void {
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const Input = builder.inputType(`${typeName}Input`, {
    description: `Input of \`${name}\`.`,
    fields: t => ({
      ...input(t),
      idempotencyKey: t.string({
        description:
          'A key of your own, up to 255 characters: within 24 h the same key gives the same answer and does nothing again. With another input it is refused.',
      }),
    }),
  });
  const Payload = builder.objectRef<object>(`${typeName}Payload`).implement({
    description: `What \`${name}\` did.`,
    fields: payload,
  });
  builder.mutationField(name, t =>
    t.field({
      description,
      complexity,
      type: Payload,
      errors: {},
      args: { input: t.arg({ type: Input, required: true, description: 'What to do.' }) },
      async resolve(_root, args, { session }): Promise<object> {
        const { idempotencyKey, ...fields } = args.input;
        try {
          return await run(session, fields, typeof idempotencyKey === 'string' ? { idempotencyKey } : {});
        } catch (error) {
          throw error instanceof CloudError ? expectedError(error) : error;
        }
      },
    }),
  );
}
