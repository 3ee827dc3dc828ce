import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allJobTypes } from '../../emulator/job-types.ts';
import type { Operation } from '../../emulator/operation.ts';
import { operations } from '../../emulator/operations.ts';
import { FrontEnds } from './front-ends.ts';
import { table } from './markdown.ts';

const INTRODUCTION = `# Operations

Everything that a caller can ask for, and through which front ends. Made from the code by \`npm run generate\`; do not edit. In the test kit
an operation is the method of the same name: \`tenant.images.create(…)\`.
`;

/** The text of docs/operations.md, for the project in a folder. */
export function operationPage(root: string): string {
  const frontEnds = new FrontEnds(root);
  const exported = exportNames(root);
  const rows = Object.values<Readonly<Record<string, Operation>>>(operations)
    .flatMap(verbs => Object.values(verbs))
    .map(({ name, access, permission }) => {
      const through = frontEnds.reaching(exported.get(name) ?? name);
      return [`\`${name}\``, access, permission === 'public' ? 'none' : `\`${permission}\``, ['test kit', ...through].join(', ')];
    });
  const jobs = allJobTypes.map(({ name, queue, steps }) => [
    `\`${name}\``,
    queue,
    steps.map(step => step.name).join(' → ') || 'ends with its sub-jobs',
  ]);
  return [
    INTRODUCTION,
    table(['Operation', 'Access', 'Permission', 'Through'], rows),
    '## Jobs\n',
    table(['Type', 'Queue', 'Steps'], jobs),
  ].join('\n');
}

/** What each operation is called in the code, as the table of operations names it. */
function exportNames(root: string): Map<string, string> {
  const source = readFileSync(join(root, 'emulator', 'operations.ts'), 'utf8');
  const names = new Map<string, string>();
  let noun = '';
  for (const [, opening, verb, name = verb] of source.matchAll(/^ {2}(\w+): \{$|^ {4}(\w+)(?:: (\w+))?,$/gm)) {
    if (opening !== undefined) noun = opening;
    else if (verb !== undefined && name !== undefined) names.set(`${noun}.${verb}`, name);
  }
  return names;
}
