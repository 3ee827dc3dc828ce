import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { CloudConfig } from './config.ts';

test('the documentation names every quota with its default', async () => {
  const page = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Quotas');
  const rows = [...section.matchAll(/^\| `(\w+)` \| .* \| ([-\d,]+) \|$/gm)];
  const documented = rows.map(([, resource = '', limit = '']) => [resource, Number(limit.replaceAll(',', ''))]);
  expect(Object.fromEntries(documented)).toEqual(CloudConfig.parse({}).quotas);
});
