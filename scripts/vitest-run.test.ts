import { expect, test } from 'vitest';
import { countTests } from './vitest-run.mjs';

test('counts passed and failed tests, and names the skipped and the failed ones', () => {
  const counts = countTests({
    testResults: [
      {
        name: '/somewhere/test/disks.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'a disk grows', status: 'passed' },
          {
            fullName: 'a disk shrinks',
            status: 'failed',
            failureMessages: ['AssertionError: 2 is not 1\n    at disks.test.ts:3'],
          },
          { fullName: 'signs in with ssh', status: 'pending' },
        ],
      },
      {
        name: '/somewhere/test/sharing.test.ts',
        status: 'passed',
        assertionResults: [{ fullName: 'an image is shared', status: 'passed' }],
      },
    ],
  });
  expect(counts).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['signs in with ssh'],
    failures: ['disks.test.ts: a disk shrinks: AssertionError: 2 is not 1'],
  });
});

test('a file that fails without a failed test counts as one failure', () => {
  const counts = countTests({
    testResults: [
      { name: 'a.test.ts', status: 'failed', message: 'Error: no such module\n  at a.test.ts:1', assertionResults: [] },
      { name: 'b.test.ts', status: 'failed', assertionResults: [{ fullName: 'its hook fails afterwards', status: 'passed' }] },
    ],
  });
  expect(counts).toEqual({
    passed: 1,
    failed: 2,
    skipped: [],
    failures: ['a.test.ts: the file itself: Error: no such module', 'b.test.ts: the file itself: no reason was given'],
  });
});
