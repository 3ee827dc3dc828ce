/** The one schema builder: every noun's file adds its types to it, schema.ts makes the schema of them. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { JsonObject } from '../../emulator/events/event.ts';
import { pageLimits } from '../../emulator/paging.ts';
import { mutationErrors } from './error-types.ts';
import type { Session } from './session.ts';

export interface GraphQLContext {
  readonly session: Session;
}

export interface Types {
  Context: GraphQLContext;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: JsonObject };
    Bytes: { Input: number; Output: number | bigint };
  };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export const builder = new SchemaBuilder<Types>({
  plugins: [RelayPlugin, ErrorsPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  // Costs are annotated here and added up by cost.ts, once for each document.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 },
  errors: {
    defaultTypes: [...mutationErrors],
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${capitalized(fieldName)}Result`,
      description: 'What the mutation did, or why it did not. Every error has `code`, `message` and `field`.',
    },
  },
  relay: {
    cursorType: 'String',
    nodeTypeOptions: {
      description: 'Anything that has an id of its own and can be looked up by it with `node(id:)`.',
      resolveType: (value, { session }) => (typeof value === 'object' && value ? session.nodeTypes.get(value) : undefined),
    },
    idFieldOptions: { description: 'Global id: the type, a colon, the id in the cloud.' },
    // node.ts has them: ids that nobody may see are null, and ids of a wrong form are explained.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follows: ask with `after: endCursor`.' },
    hasPreviousPageFieldOptions: { description: 'Whether something stands before: ask with `before: startCursor`.' },
    startCursorFieldOptions: { description: 'Cursor of the first entry of the page.' },
    endCursorFieldOptions: { description: 'Cursor of the last entry of the page.' },
    firstArgOptions: { description: `How many from the front, up to ${pageLimits.max}. Without it ${pageLimits.default}.` },
    afterArgOptions: { description: 'Go on after the entry with this cursor.' },
    lastArgOptions: { description: `How many from the end, up to ${pageLimits.max}; instead of \`first\`.` },
    beforeArgOptions: { description: 'Only what stands before the entry with this cursor.' },
    edgesFieldOptions: {
      description: 'The entries of the page, each with its cursor.',
      nullable: { list: false, items: false },
      complexity: { field: 0, multiplier: 1 },
    },
    nodeFieldOptions: { description: 'The entry itself.', nullable: false, complexity: 0 },
    cursorFieldOptions: { description: 'Where the entry stands in the list, for `after` and `before`.' },
    pageInfoFieldOptions: { description: 'Where the page stands in the list.' },
  },
});

builder.queryType({ description: 'What can be read. Lists are pages: ask for `first` and go on with `after`.' });
builder.mutationType({
  description:
    'What can be done. What takes time answers at once with a job. Every result is a union of the payload and the ways it can fail.',
});
builder.subscriptionType({
  description:
    'What can be watched, over WebSocket (graphql-transport-ws) and server-sent events. Each message carries its place as `extensions.cursor`; who comes back with `after: cursor` misses nothing and sees nothing twice.',
});
