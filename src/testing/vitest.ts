/** A vitest fixture: `cloudyard/testing/vitest`. */
import { test as base } from 'vitest';
import { openTestCloud, type TestCloud } from './test-cloud.ts';

/**
 * vitest's `test`, with a cloud of its own for each test that asks for it:
 *
 * ```ts
 * test('a shared image is pending', async ({ cloud }) => { … });
 * ```
 */
export const test = base.extend<{ cloud: TestCloud }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that a fixture needs from this pattern
  cloud: async ({}, use) => {
    await using cloud = await openTestCloud();
    await use(cloud);
  },
});
