import { diskExamples } from './disk-examples.ts';
import type { Example } from './example.ts';
import { imageExamples } from './image-examples.ts';

const everything: Example = {
  query: `# Whatever happens, as it happens. The administrator sees all of it.
subscription Everything {
  events {
    at
    kind
    resourceType
    resourceUuid
    payload
  }
}`,
  variables: {},
};

/** Ready operations for GraphiQL, a tab for each step of the story. */
export const examples: readonly Example[] = [...imageExamples, ...diskExamples, everything];
