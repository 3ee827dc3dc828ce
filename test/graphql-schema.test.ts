import {
  buildSchema,
  findBreakingChanges,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { examples } from '../src/graphql/graphiql/examples.ts';
import { parseWithinLimits } from '../src/graphql/limits.ts';
import { printSchema } from '../src/graphql/print-schema.ts';
import { schema } from '../src/graphql/schema.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('everything in the schema is described, for that is its documentation', () => {
  expect(types.flatMap(undescribed)).toEqual([]);
});

function undescribed(type: GraphQLNamedType): string[] {
  const members = [type, ...partsOf(type)].map(part => ({
    ...part,
    path: part === type ? type.name : `${type.name}.${part.name}`,
  }));
  return members.filter(({ description }) => !description?.trim()).map(({ path }) => path);
}

function partsOf(type: GraphQLNamedType): readonly { name: string; description?: string | null | undefined }[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap(field => [
      field,
      ...field.args.map(arg => ({ name: `${field.name}(${arg.name})`, description: arg.description })),
    ]);
  }
  if (isInputObjectType(type)) return Object.values(type.getFields());
  return isEnumType(type) ? type.getValues() : [];
}

test('every mutation takes one input object and answers with a union of its payload and the kinds of failure', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const name = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
    expect(field.args.map(arg => `${arg.name}: ${arg.type}`)).toEqual([`input: ${name}Input!`]);
    expect(String(field.type)).toBe(`${name}Result!`);
    const result = schema.getType(`${name}Result`);
    const members = result && 'getTypes' in result ? result.getTypes().map(type => type.name) : [];
    expect(members).toEqual(expect.arrayContaining([`${name}Payload`, 'NotFoundError', 'StateError', 'InvalidInputError']));
  }
});

test('every list of a tenant’s things is a connection with cursors', () => {
  const query = schema.getQueryType()?.getFields() ?? {};
  for (const name of ['images', 'servers', 'disks', 'jobs', 'keyPairs', 'vpcs', 'subnets', 'ports', 'events', 'domains']) {
    expect(String(query[name]?.type)).toMatch(/Connection!$/);
    expect(query[name]?.args.map(arg => arg.name)).toEqual(expect.arrayContaining(['first', 'after', 'last', 'before']));
  }
});

test('the printed schema is the whole schema', () => {
  const printed = buildSchema(printSchema());
  expect(findBreakingChanges(printed, schema)).toEqual([]);
  expect(findBreakingChanges(schema, printed)).toEqual([]);
});

test('the ready examples of GraphiQL are good operations, within the limits', () => {
  for (const { query } of examples) {
    expect(validate(schema, parse(query)), query).toEqual([]);
    expect(() => parseWithinLimits(query)).not.toThrow();
  }
});
