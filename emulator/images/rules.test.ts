import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CloudError } from '../errors.ts';
import { parseInput } from '../validation.ts';
import { imageErrors } from './errors.ts';
import * as rules from './rules.ts';

/** The code that a value ends with, or undefined if it is taken. */
function codeOf(schema: z.ZodType, value: unknown): string | undefined {
  try {
    parseInput(schema, value, imageErrors.malformedRequest);
  } catch (error) {
    if (error instanceof CloudError) return error.code;
    throw error;
  }
  return undefined;
}

const tag = (key: string, value = '') => ({ key, value });
const tags = (count: number) => Array.from({ length: count }, (_, number) => tag(`key${number}`));

describe('image name', () => {
  test.each(['a', 'Debian 12.5_web-1', 'x'.repeat(128), '.', '-'])('takes %j', name => {
    expect(codeOf(rules.imageName('OTC'), name)).toBeUndefined();
  });

  test.each([
    [undefined, 'IMG.0013'],
    [null, 'IMG.0013'],
    [12, 'IMG.0013'],
    ['', 'IMG.0013'],
    ['x'.repeat(129), 'IMG.0002'],
    ['x'.repeat(300), 'IMG.0002'],
    ['😀'.repeat(129), 'IMG.0002'],
    ['😀'.repeat(128), 'IMG.0003'],
    [' web', 'IMG.0003'],
    ['web ', 'IMG.0003'],
    [' ', 'IMG.0003'],
    ['a\u0000b', 'IMG.0003'],
    ['a\nb', 'IMG.0003'],
    ['web\n', 'IMG.0003'],
    ['a\u202eb', 'IMG.0003'],
    ['a/b', 'IMG.0003'],
    ['Größe', 'IMG.0003'],
    ['镜像', 'IMG.0003'],
  ])('refuses %j with %s', (name, code) => {
    expect(codeOf(rules.imageName('OTC'), name)).toBe(code);
  });

  test('may be Chinese on Huawei Cloud', () => {
    expect(codeOf(rules.imageName('HW'), '镜像 1')).toBeUndefined();
    expect(codeOf(rules.imageName('HW'), '镜像😀')).toBe('IMG.0003');
  });
});

describe('image description', () => {
  test.each(['', 'Made by hand; runs the shop (v2)!', 'ä'.repeat(1024), '😀'])('takes %j', description => {
    expect(codeOf(rules.ImageDescription, description)).toBeUndefined();
  });

  test.each([
    ['x'.repeat(1025), 'IMG.0004'],
    ['a\r', 'IMG.0054'],
    ['a\nb', 'IMG.0054'],
    ['<b>', 'IMG.0054'],
    ['a>b', 'IMG.0054'],
    ['a\u0007b', 'IMG.0054'],
    ['half a character \ud83d', 'IMG.0054'],
    [5, 'IMG.0054'],
  ])('refuses %j with %s', (description, code) => {
    expect(codeOf(rules.ImageDescription, description)).toBe(code);
  });
});

describe('image tags', () => {
  test('are trimmed, and a missing value is empty', () => {
    const parsed = parseInput(
      rules.imageTags('OTC'),
      [{ key: ' team ', value: ' red ' }, { key: 'solo' }],
      imageErrors.tagInvalid,
    );
    expect(parsed).toEqual([tag('team', 'red'), tag('solo')]);
  });

  test.each([
    ['ten of them', tags(10)],
    ['none', []],
    ['the longest parts', [tag('k'.repeat(36), 'v'.repeat(43))]],
  ])('may be %s', (_, value) => {
    expect(codeOf(rules.imageTags('OTC'), value)).toBeUndefined();
  });

  test.each([
    ['eleven of them', tags(11), 'IMG.0116'],
    ['an empty key', [tag('')], 'IMG.0115'],
    ['a key of spaces', [tag('  ')], 'IMG.0115'],
    ['no key', [{ value: 'v' }], 'IMG.0115'],
    ['a key that is too long', [tag('k'.repeat(37))], 'IMG.0115'],
    ['a value that is too long', [tag('k', 'v'.repeat(44))], 'IMG.0115'],
    ['an equals sign', [tag('a=b')], 'IMG.0115'],
    ['an emoji', [tag('a', '😀')], 'IMG.0115'],
    ['a control character', [tag('a', 'b\u0000')], 'IMG.0115'],
    ['a dot', [tag('version', '1.2')], 'IMG.0115'],
    ['a key twice', [tag('a', '1'), tag(' a', '2')], 'IMG.0115'],
    ['no list', 'a=b', 'IMG.0001'],
  ])('may not be %s', (_, value, code) => {
    expect(codeOf(rules.imageTags('OTC'), value)).toBe(code);
  });

  test('may have a dot in the value on Huawei Cloud', () => {
    expect(codeOf(rules.imageTags('HW'), [tag('version', '1.2')])).toBeUndefined();
  });
});

describe('ids', () => {
  const uuid = '33ad552d-1149-471c-8190-ff6776174a00';
  const hex = '0b1e494e2660441a957313163095fe5c';

  test.each([
    [rules.ImageId, uuid, undefined],
    [rules.ImageId, uuid.toUpperCase(), 'IMG.0066'],
    [rules.ImageId, hex, 'IMG.0066'],
    [rules.ImageId, `${uuid}\n`, 'IMG.0066'],
    [rules.ImageId, undefined, 'IMG.0066'],
    [rules.SourceServerId, uuid, undefined],
    [rules.SourceServerId, '', 'IMG.0012'],
    [rules.SourceServerId, undefined, 'IMG.0012'],
    [rules.TenantId, hex, undefined],
    [rules.TenantId, uuid, 'IMG.0067'],
    [rules.TenantId, hex.toUpperCase(), 'IMG.0067'],
  ])('%#: %j', (schema, id, code) => {
    expect(codeOf(schema, id)).toBe(code);
  });
});

describe('sizes', () => {
  test.each([
    [rules.MinDisk, 1, undefined],
    [rules.MinDisk, 1024, undefined],
    [rules.MinDisk, 0, 'IMG.0055'],
    [rules.MinDisk, 1025, 'IMG.0055'],
    [rules.MinDisk, 10.5, 'IMG.0055'],
    [rules.MinDisk, '40', 'IMG.0055'],
    [rules.MinDisk, Number.NaN, 'IMG.0055'],
    [rules.MinRam, 0, undefined],
    [rules.MinRam, -1, 'IMG.0055'],
    [rules.MinRam, 2 ** 31, 'IMG.0055'],
    [rules.MaxRam, 0, undefined],
    [rules.MaxRam, 8192, undefined],
    [rules.MaxRam, -1, 'IMG.0055'],
  ])('%#: %j', (schema, size, code) => {
    expect(codeOf(schema, size)).toBe(code);
  });

  test('the least memory may not be above the most, unless the most is no limit', () => {
    const Ram = z
      .object({ minRam: rules.MinRam.optional(), maxRam: rules.MaxRam.optional() })
      .refine(rules.ramRangeFits, rules.ramRangeError);
    expect(codeOf(Ram, { minRam: 2048, maxRam: 2048 })).toBeUndefined();
    expect(codeOf(Ram, { minRam: 2048, maxRam: 0 })).toBeUndefined();
    expect(codeOf(Ram, { minRam: 2048 })).toBeUndefined();
    expect(codeOf(Ram, { maxRam: 1024 })).toBeUndefined();
    expect(codeOf(Ram, { minRam: 2048, maxRam: 1024 })).toBe('IMG.0055');
    expect(() => parseInput(Ram, { minRam: 2048, maxRam: 1024 }, imageErrors.malformedRequest)).toThrow(
      expect.objectContaining({ field: 'maxRam' }),
    );
  });
});

test.each([[rules.FirmwareType, 'uefi', 'efi', 'IMG.0141']])('words are exact (%#: %j, not %j)', (schema, right, wrong, code) => {
  expect(codeOf(schema, right)).toBeUndefined();
  expect(codeOf(schema, wrong)).toBe(code);
});
