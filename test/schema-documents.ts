/** Documents that ask for everything below a field of a root type, each small and cheap enough to be answered. */
import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import { documentLimits } from '../src/graphql/limits.ts';

/** A field with its arguments, or a fragment, and what is asked for below it. */
interface Branch {
  readonly head: string;
  readonly below: readonly Branch[];
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
  /** Arguments of the field itself; each becomes a variable of its name. */
  readonly args: readonly GraphQLArgument[];
  /** Values of that form: what a document costs depends on them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Levels of objects below the field. */
  readonly depth: number;
  /** Values, as written in a document, for what fields further below require. */
  readonly nested: Readonly<Record<string, string>>;
}

/** Leaves that cost too much wherever they stand below this field are left out: nobody can ask for them there. */
export function documentsFor({ schema, kind, field, args, variables, depth, nested }: DocumentsOptions): string[] {
  const declared = args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const head = `${kind}${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`}`;
  const complete = (selection: string): string => `${head} ${selection} }`;
  const type = getNamedType(field.type);
  if (isLeafType(type)) return [complete('')];
  const fits = (branches: readonly Branch[]): boolean => isWithinLimits(schema, complete(selectionOf(branches)), variables);
  const branches = new Branches(schema, nested).of(type, depth);
  // Fields of one name are of several types there, which one document can't ask for.
  const groups = isNode(type) ? branches.map(branch => [branch]) : [branches];
  return groups.flatMap(group => packed(group, fits)).map(pack => complete(selectionOf(pack)));
}

/** As many branches together as fit; one that is too large by itself in several parts. */
function packed(branches: readonly Branch[], fits: (branches: readonly Branch[]) => boolean): Branch[][] {
  const packs: Branch[][] = [];
  for (const branch of branches) {
    const last = packs.at(-1);
    if (last && fits([...last, branch])) last.push(branch);
    else if (fits([branch])) packs.push([branch]);
    else {
      const part = (below: readonly Branch[]): Branch => ({ head: branch.head, below });
      packs.push(...packed(branch.below, below => fits([part(below)])).map(below => [part(below)]));
    }
  }
  return packs;
}

const selectionOf = (branches: readonly Branch[]): string =>
  `{ __typename ${branches.map(({ head, below }) => (below.length === 0 ? head : `${head} ${selectionOf(below)}`)).join(' ')} }`;

function isWithinLimits(schema: GraphQLSchema, document: string, variables: DocumentsOptions['variables']): boolean {
  if (tokensIn(document) > documentLimits.tokens) return false;
  const { complexity } = complexityFromQuery(parse(document, { noLocation: true }), { schema, variables: { ...variables } });
  return complexity <= documentLimits.cost;
}

/** No fewer than the parser counts: a token is a word, a text or a sign. */
const tokensIn = (document: string): number => document.match(/"[^"]*"|\.\.\.|[\w$]+|[^\s\w$]/g)?.length ?? 0;

const isNode = (type: GraphQLNamedType): type is GraphQLInterfaceType => isInterfaceType(type) && type.name === 'Node';

class Branches {
  readonly #schema: GraphQLSchema;
  readonly #nested: DocumentsOptions['nested'];

  constructor(schema: GraphQLSchema, nested: DocumentsOptions['nested']) {
    this.#schema = schema;
    this.#nested = nested;
  }

  of(type: GraphQLNamedType, depth: number): Branch[] {
    if (isUnionType(type)) {
      const payloads = type.getTypes().filter(({ name }) => name.endsWith('Payload'));
      const members = payloads.map(payload => ({ head: `... on ${payload.name}`, below: this.of(payload, depth) }));
      return [fragment('Error', ['code', 'message']), ...members.filter(({ below }) => below.length > 0)];
    }
    if (isNode(type)) {
      const members = this.#schema.getPossibleTypes(type);
      return members.map(member => ({ head: `... on ${member.name}`, below: this.of(member, depth - 1) }));
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap(field => this.#ofField(field, depth));
  }

  #ofField(field: GraphQLField<unknown, unknown>, depth: number): Branch[] {
    const head = `${field.name}${this.#argumentsOf(field)}`;
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return [{ head, below: [] }];
    if (depth === 0) return [];
    const below = this.of(inner, depth - 1);
    return [{ head, below: below.length > 0 ? below : [{ head: '__typename', below: [] }] }];
  }

  /** What a field requires; short pages, where there are pages: the cost of long ones adds up. */
  #argumentsOf({ name, args }: GraphQLField<unknown, unknown>): string {
    const given = args.flatMap(arg => {
      if (arg.name === 'first') return ['first: 3'];
      if (!isNonNullType(arg.type) || arg.defaultValue !== undefined) return [];
      const value = this.#nested[arg.name];
      if (value === undefined) throw new Error(`the walk has no value for ${name}(${arg.name}:)`);
      return [`${arg.name}: ${value}`];
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }
}

const fragment = (type: string, leaves: readonly string[]): Branch => ({
  head: `... on ${type}`,
  below: leaves.map(head => ({ head, below: [] })),
});
