import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';

/** Costs kept for one document; they differ by the page sizes in its variables. */
const KEPT = 50;

/**
 * What queries cost: one point for a field, times the entries of the pages that it is in (see pageCost). Added up once for a document and
 * the numbers among its variables.
 */
export class Costs {
  readonly #schema: GraphQLSchema;
  readonly #known = new WeakMap<DocumentNode, Map<string, number>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  of({ document, operationName, variableValues }: ExecutionArgs): number {
    const operation = getOperationAST(document, operationName);
    // Without an operation, or with variables of a wrong form, nothing is carried out; the executor says why.
    if (!operation) return 0;
    const key = `${operationName ?? ''} ${numbersAmong(variableValues ?? {})}`;
    const known = this.#known.get(document) ?? new Map<string, number>();
    const cost = known.get(key) ?? this.#add(document, operation, variableValues ?? {});
    if (known.size >= KEPT) known.clear();
    known.set(key, cost);
    this.#known.set(document, known);
    return cost;
  }

  #add(document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): number {
    const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    try {
      const query: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
      return complexityFromQuery(query, { schema: this.#schema, variables: { ...variables } }).complexity;
    } catch (error) {
      if (error instanceof GraphQLError) return 0;
      throw error;
    }
  }
}

/** Page sizes and lengths of lists are all that costs depend on. */
function numbersAmong(variables: Readonly<Record<string, unknown>>): string {
  let key = '';
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === 'number') key += `${name}=${value} `;
    else if (Array.isArray(value)) key += `${name}[${value.length}] `;
  }
  return key;
}
