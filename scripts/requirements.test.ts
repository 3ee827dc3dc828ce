import { expect, test } from 'vitest';
import { requirementProblem } from './requirements.mjs';

const missing = { docker: 'no Docker engine answers: connect ENOENT' };

test.each(['', 'ssh', ' ssh , '])('asks for nothing that is missing: %j', required => {
  expect(requirementProblem(required, missing)).toBeUndefined();
});

test.each(['docker', 'ssh,docker', 'all'])('names the missing part and the reason: %j', required => {
  expect(requirementProblem(required, missing)).toContain('docker: no Docker engine answers: connect ENOENT');
});

test('a part that nobody knows is a mistake, not a part that is there', () => {
  expect(requirementProblem('dokcer', {})).toContain('no such part: dokcer');
});
