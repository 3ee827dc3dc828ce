import { lexicographicSortSchema, printSchema as print } from 'graphql';
import { schema } from './schema.ts';

/** The text of schema.graphql: sorted, so that it only changes where the schema does. */
export function printSchema(): string {
  return `# Generated from the code: npm run generate.\n\n${print(lexicographicSortSchema(schema))}\n`;
}
