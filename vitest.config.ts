import { defineConfig } from 'vitest/config';
import { missingParts } from './scripts/parts.mjs';
import { testSuites } from './scripts/suites.mjs';

const missing = await missingParts();
const suites = testSuites();

/** What the projects differ in is told to the tests (test/hardware.ts), so that a test does not look around by itself. */
export default defineConfig({
  // Vite would take graphql's ES module for our sources while Node takes its CommonJS one for packages: two of each class.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    // Two, whatever the machine has: engines, disks and times are shared, and a run should be the same everywhere.
    maxWorkers: 2,
    // A test that fails now and then is a defect in the test or in what it tests; running it again would hide which.
    retry: 0,
    // For what hangs, not for what is slow: a busy machine takes its time.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    setupFiles: ['test/leaks.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: suites.unit, provide: { missing, hardware: 'embedded' } },
      },
      {
        extends: true,
        test: {
          name: 'docker',
          include: missing.docker === undefined ? suites.docker : [],
          provide: { missing, hardware: 'docker' },
          // Files share the engine, and measure it: one at a time. `npm test` runs them beside the others.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
