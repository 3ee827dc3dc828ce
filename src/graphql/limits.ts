/** How large a document may be. Checked before it is validated: validation itself can be made slow. */
import { type DocumentNode, GraphQLError, Kind, type ParseOptions, parse, type SelectionSetNode, type Source } from 'graphql';
import { KIB } from '../../emulator/units.ts';

export const documentLimits = {
  /** Characters. */
  length: 64 * KIB,
  tokens: 2000,
  /** Levels of fields, fragments followed; the schema's own fields (`__schema`) are not counted. */
  depth: 16,
  aliases: 100,
  /** Points, of a request with all of its operations: see cost.ts. */
  cost: 50_000,
  /** Operations in one request. */
  batch: 10,
} as const;

/** Codes of refused documents. */
export const documentErrors = {
  tooLong: ['DOCUMENT_TOO_LONG', 413, `A document has at most ${documentLimits.length} characters; put values into variables.`],
  tooManyTokens: ['DOCUMENT_TOO_LONG', 400, `A document has at most ${documentLimits.tokens} tokens.`],
  tooDeep: ['QUERY_TOO_DEEP', 400, `A query goes at most ${documentLimits.depth} levels deep.`],
  tooManyAliases: ['TOO_MANY_ALIASES', 400, `A document has at most ${documentLimits.aliases} aliases.`],
  tooCostly: ['QUERY_TOO_COSTLY', 400, `A request costs at most ${documentLimits.cost} points; ask for smaller pages or parts.`],
} as const satisfies Record<string, readonly [code: string, status: number, message: string]>;

export function refusal(name: keyof typeof documentErrors, detail = ''): GraphQLError {
  const [code, status, message] = documentErrors[name];
  return new GraphQLError(`${message}${detail}`, { extensions: { code, http: { status, spec: status === 400 } } });
}

/** Before anything keeps or parses it. Throws GraphQLError. */
export function requireShort(document: unknown): void {
  if (typeof document === 'string' && document.length > documentLimits.length) throw refusal('tooLong');
}

/** Parses a document of bounded size, depth and number of aliases. Throws GraphQLError. */
export function parseWithinLimits(source: string | Source, options?: ParseOptions): DocumentNode {
  const document = parseTokens(source, options);
  const measure = new Measure(document);
  if (measure.depth() > documentLimits.depth) throw refusal('tooDeep');
  if (measure.aliases > documentLimits.aliases) throw refusal('tooManyAliases');
  return document;
}

function parseTokens(source: string | Source, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: documentLimits.tokens });
  } catch (error) {
    if (error instanceof GraphQLError && /^Syntax Error: Document contains more/.test(error.message))
      throw refusal('tooManyTokens');
    throw error;
  }
}

/** Looks at each selection of a document once, whatever its fragments are nested like. */
class Measure {
  aliases = 0;
  readonly #document: DocumentNode;
  readonly #fragments = new Map<string, SelectionSetNode>();
  readonly #depths = new Map<SelectionSetNode, number>();

  constructor(document: DocumentNode) {
    this.#document = document;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition.selectionSet);
    }
  }

  depth(): number {
    return this.#document.definitions.reduce(
      (deepest, definition) =>
        'selectionSet' in definition ? Math.max(deepest, this.#depthOf(definition.selectionSet)) : deepest,
      0,
    );
  }

  #depthOf(selectionSet: SelectionSetNode | undefined): number {
    if (!selectionSet) return 0;
    const known = this.#depths.get(selectionSet);
    if (known !== undefined) return known;
    // A fragment within itself is for the validation to refuse.
    this.#depths.set(selectionSet, 0);
    let depth = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.alias) this.aliases++;
        const below = this.#depthOf(selection.selectionSet);
        if (!selection.name.value.startsWith('__')) depth = Math.max(depth, 1 + below);
      } else {
        const inner =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection.selectionSet;
        depth = Math.max(depth, this.#depthOf(inner));
      }
    }
    this.#depths.set(selectionSet, depth);
    return depth;
  }
}
