import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/project.mjs';
import { testSuites } from '../../scripts/suites.mjs';
import { errorPage } from './error-page.ts';

/** Codes that somebody is answered and no test expects, with the reason. */
const UNTESTED: Readonly<Record<string, string>> = {};

/** They name codes to compare tables, or to make an exception of them. */
const LISTS_CODES = /error-(catalogue|page)\.test\.ts$/;

/** The codes of the page that something answers. */
function answeredCodes(): string[] {
  const rows = errorPage().matchAll(/^\| ([A-Za-z]+\.\d{4}) \|.* \| ([^|]*) \|$/gm);
  return [...rows].flatMap(([, code = '', by = '']) => (by.startsWith('–') || by === 'not reachable yet' ? [] : [code]));
}

test('every code that is said to be answered is named by a test, or excused', () => {
  const { unit, docker } = testSuites();
  const files = [...new Set([...unit, ...docker])].filter(path => !LISTS_CODES.test(path));
  const tests = files.map(path => readFileSync(join(root, path), 'utf8')).join('\n');
  const named = new Set(tests.match(/\b[A-Za-z]+\.\d{4}\b/g));
  const untested = answeredCodes().filter(code => !named.has(code));
  expect(untested.sort()).toEqual(Object.keys(UNTESTED).sort());
});
