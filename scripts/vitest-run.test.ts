import { expect, test } from 'vitest';
import { countTests } from './vitest-run.mjs';

test('counts passed and failed tests, and names the skipped ones', () => {
  const counts = countTests({
    testResults: [
      {
        status: 'failed',
        assertionResults: [
          { fullName: 'a disk grows', status: 'passed' },
          { fullName: 'a disk shrinks', status: 'failed' },
          { fullName: 'signs in with ssh', status: 'pending' },
        ],
      },
      { status: 'passed', assertionResults: [{ fullName: 'an image is shared', status: 'passed' }] },
    ],
  });
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: ['signs in with ssh'] });
});

test('a file that fails without a failed test counts as one failure', () => {
  const counts = countTests({
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ fullName: 'its hook fails afterwards', status: 'passed' }] },
    ],
  });
  expect(counts).toEqual({ passed: 1, failed: 2, skipped: [] });
});
