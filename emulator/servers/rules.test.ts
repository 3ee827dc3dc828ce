import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { batchNames } from '../batch-names.ts';
import { CloudError } from '../errors.ts';
import { parseInput } from '../validation.ts';
import { serverErrors } from './errors.ts';
import * as rules from './rules.ts';

/** The code that a value ends with, or undefined if it is taken. */
function codeOf(schema: z.ZodType, value: unknown): string | undefined {
  try {
    parseInput(schema, value, serverErrors.badParameter);
  } catch (error) {
    if (error instanceof CloudError) return error.code;
    throw error;
  }
  return undefined;
}

const tag = (key: string, value = '') => ({ key, value });
const pairs = (count: number) => Array.from({ length: count }, (_, number) => tag(`key${number}`, 'v'));
const base64 = (bytes: number) => Buffer.alloc(bytes, 'x').toString('base64');

describe('server name', () => {
  test.each(['web', 'Web_1.example-2', 'x'.repeat(128)])('takes %j', name => {
    expect(codeOf(rules.ServerName, name)).toBeUndefined();
  });

  test.each([
    [undefined, 'Ecs.0005'],
    ['', 'Ecs.0005'],
    ['x'.repeat(129), 'Ecs.0914'],
    ['x'.repeat(300), 'Ecs.0914'],
    ['my server', 'Ecs.0915'],
    ['web\n', 'Ecs.0915'],
    ['web\u0007', 'Ecs.0915'],
    ['🚀', 'Ecs.0915'],
  ])('refuses %j with %s', (name, code) => {
    expect(codeOf(rules.ServerName, name)).toBe(code);
  });

  test('leaves room for a number where several servers are launched', () => {
    const Launch = z
      .object({ name: rules.ServerName, count: rules.ServerCount })
      .refine(rules.nameFitsCount, rules.nameFitsCountError);
    expect(codeOf(Launch, { name: 'x'.repeat(128), count: 1 })).toBeUndefined();
    expect(codeOf(Launch, { name: 'x'.repeat(59), count: 2 })).toBeUndefined();
    expect(codeOf(Launch, { name: 'x'.repeat(60), count: 2 })).toBe('Ecs.0914');
  });

  test('gets a number of four digits', () => {
    expect(batchNames('web', 1)).toEqual(['web']);
    expect(batchNames('web', 3)).toEqual(['web-0001', 'web-0002', 'web-0003']);
  });
});

test.each([
  [1, undefined],
  [100, undefined],
  [0, 'Ecs.0913'],
  [101, 'Ecs.0913'],
  [1.5, 'Ecs.0913'],
])('a launch of %d servers ends with %s', (count, code) => {
  expect(codeOf(rules.ServerCount, count)).toBe(code);
});

describe('admin password', () => {
  test.each(['Abcdef12', 'abcdef1!', 'ABCDEF1!', 'Aa!aaaaa', `Aa1${'x'.repeat(23)}`])('takes %j', password => {
    expect(codeOf(rules.AdminPassword, password)).toBeUndefined();
  });

  test.each([
    'Abcde12',
    `Aa1${'x'.repeat(24)}`,
    'abcdefg1',
    'ABCDEFGH',
    '12345678',
    'Abcdef 12',
    'Abcdef12\n',
    'Abcdef12😀',
    undefined,
  ])('refuses %j', password => {
    expect(codeOf(rules.AdminPassword, password)).toBe('Ecs.0011');
  });

  test('is never repeated to the caller', () => {
    expect(() => parseInput(rules.AdminPassword, 'hunter2', serverErrors.badParameter)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('user data', () => {
  test('may be 32 KiB when decoded', () => {
    expect(codeOf(rules.UserData, base64(32 * 1024))).toBeUndefined();
    expect(codeOf(rules.UserData, base64(32 * 1024 + 1))).toBe('Ecs.0005');
    expect(codeOf(rules.UserData, base64(5_000_000))).toBe('Ecs.0005');
  });

  test('may be wrapped as the base64 command does it', () => {
    const wrapped = base64(300).replace(/.{76}/g, '$&\n');
    expect(parseInput(rules.UserData, `${wrapped}\n`, serverErrors.badParameter)).toBe(base64(300));
  });

  test.each(['#!/bin/sh', 'YQ=', 'YWJj=', 'a', '😀', 7])('is not %j', userData => {
    expect(codeOf(rules.UserData, userData)).toBe('Ecs.0005');
  });
});

describe('metadata', () => {
  test('is up to ten pairs of text', () => {
    expect(codeOf(rules.ServerMetadata, pairs(10))).toBeUndefined();
    expect(codeOf(rules.ServerMetadata, [tag('note', 'any text, ä too')])).toBeUndefined();
  });

  test.each([
    ['eleven pairs', pairs(11)],
    ['a key twice', [tag('a'), tag('a')]],
    ['an empty key', [tag('')]],
    ['a long value', [tag('a', 'v'.repeat(256))]],
    ['a control character', [tag('a', '\u0000')]],
  ])('is not %s', (_, value) => {
    expect(codeOf(rules.ServerMetadata, value)).toBe('Ecs.0005');
  });
});

describe('server tags', () => {
  test('are trimmed', () => {
    expect(parseInput(rules.ServerTags, [{ key: ' team ' }], serverErrors.badParameter)).toEqual([tag('team')]);
  });

  test.each([
    ['ten of them', pairs(10), undefined],
    ['the longest parts', [tag('k'.repeat(36), 'v'.repeat(43))], undefined],
    ['eleven of them', pairs(11), 'Ecs.0905'],
    ['an empty key', [tag(' ')], 'Ecs.0906'],
    ['a key that is too long', [tag('k'.repeat(37))], 'Ecs.0906'],
    ['a value that is too long', [tag('k', 'v'.repeat(44))], 'Ecs.0906'],
    ['other characters', [tag('a=b')], 'Ecs.0907'],
    ['an emoji', [tag('a', '😀')], 'Ecs.0907'],
    ['a key twice', [tag('a'), tag('a ')], 'Ecs.0908'],
  ])('may or may not be %s', (_, value, code) => {
    expect(codeOf(rules.ServerTags, value)).toBe(code);
  });
});

describe('system disk', () => {
  test.each([
    [rules.DiskType, 'SSD', undefined],
    [rules.DiskType, 'ssd', 'Ecs.0043'],
    [rules.DiskType, undefined, 'Ecs.0043'],
    [rules.SystemDiskSize, 1, undefined],
    [rules.SystemDiskSize, 1024, undefined],
    [rules.SystemDiskSize, 0, 'Ecs.0005'],
    [rules.SystemDiskSize, 1025, 'Ecs.0005'],
    [rules.SystemDiskSize, '40', 'Ecs.0005'],
  ])('%#: %j', (schema, value, code) => {
    expect(codeOf(schema, value)).toBe(code);
  });
});

describe('key pairs', () => {
  const key = `ssh-ed25519 ${Buffer.concat([Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20'), Buffer.alloc(32, 7)]).toString('base64')}`;

  test.each([
    [rules.KeyPairName, 'laptop_1-a', undefined],
    [rules.KeyPairName, 'x'.repeat(64), undefined],
    [rules.KeyPairName, 'x'.repeat(65), 'Ecs.0005'],
    [rules.KeyPairName, '', 'Ecs.0005'],
    [rules.KeyPairName, 'my key', 'Ecs.0005'],
    [rules.PublicKey, key, undefined],
    [rules.PublicKey, `${key} ${'c'.repeat(1023 - key.length)}`, undefined],
    [rules.PublicKey, `${key} ${'c'.repeat(1024 - key.length)}`, 'Ecs.0005'],
    [rules.PublicKey, 'ssh-ed25519', 'Ecs.0005'],
  ])('%#: %j', (schema, value, code) => {
    expect(codeOf(schema, value)).toBe(code);
  });

  test('lose the line break of the file that they came in', () => {
    expect(parseInput(rules.PublicKey, `${key}\n`, serverErrors.badParameter)).toBe(key);
  });
});

describe('ids', () => {
  const uuid = '33ad552d-1149-471c-8190-ff6776174a00';

  test.each([
    [rules.ServerId, 'Ecs.0114'],
    [rules.LaunchImageId, 'Ecs.0031'],
    [rules.SubnetId, 'Ecs.0038'],
  ])('that are malformed are those of nothing (%#)', (schema, code) => {
    expect(codeOf(schema, uuid)).toBeUndefined();
    expect(codeOf(schema, uuid.slice(1))).toBe(code);
    expect(codeOf(schema, undefined)).toBe(code);
  });
});
