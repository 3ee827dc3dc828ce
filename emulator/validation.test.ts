import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CloudError, errorCodes } from './errors.ts';
import { failsWith, integer, lengthOf, oneOf, parseInput, text, uuid } from './validation.ts';

const petErrors = errorCodes({
  malformed: ['Pet.0001', 400, 'The request is malformed.'],
  nameMissing: ['Pet.0002', 400, 'A name is needed.'],
  nameTooLong: ['Pet.0003', 400, 'The name is too long.'],
  nameUgly: ['Pet.0004', 400, 'The name is ugly.'],
  ageBad: ['Pet.0005', 400, 'Bad age.'],
  kindBad: ['Pet.0006', 400, 'Bad kind.'],
  ownerBad: ['Pet.0007', 400, 'Bad owner.'],
});

const Pet = z.object({
  name: text(petErrors.nameMissing)
    .refine(name => lengthOf(name) <= 5, failsWith(petErrors.nameTooLong))
    .refine(name => !name.includes('!'), failsWith(petErrors.nameUgly)),
  age: integer({ min: 0, max: 30 }, petErrors.ageBad).optional(),
  kind: oneOf(['cat', 'dog'], petErrors.kindBad).default('cat'),
  owner: uuid(petErrors.ownerBad).optional(),
  chipped: z.boolean().optional(),
  friends: z.array(z.object({ name: text(petErrors.nameMissing) })).optional(),
});

/** The code, field and message of a refusal. */
function refusal(input: unknown) {
  try {
    parseInput(Pet, input, petErrors.malformed);
  } catch (error) {
    if (error instanceof CloudError) return { code: error.code, field: error.field, message: error.message };
    throw error;
  }
  return undefined;
}

describe('parseInput', () => {
  test('returns what the schema makes of the input', () => {
    expect(parseInput(Pet, { name: 'Rex', age: 3 }, petErrors.malformed)).toEqual({ name: 'Rex', age: 3, kind: 'cat' });
  });

  test('takes the id of a resource', () => {
    const owner = '0a1b2c3d-0000-4000-8000-0123456789ab';
    expect(parseInput(Pet, { name: 'Rex', owner }, petErrors.malformed)).toMatchObject({ owner });
  });

  test.each([
    ['a missing value', {}, 'Pet.0002', 'name'],
    ['a wrong type', { name: 7 }, 'Pet.0002', 'name'],
    ['a null', { name: null }, 'Pet.0002', 'name'],
    ['the first failed check of a value only', { name: '!!!!!!' }, 'Pet.0003', 'name'],
    ['a later check', { name: '!!!!!' }, 'Pet.0004', 'name'],
    ['the first field in the order of the schema', { kind: 'cow', age: -1, name: 'Rex' }, 'Pet.0005', 'age'],
    ['a fraction', { name: 'Rex', age: 1.5 }, 'Pet.0005', 'age'],
    ['a number in quotes', { name: 'Rex', age: '1' }, 'Pet.0005', 'age'],
    ['a word that is not one of some', { name: 'Rex', kind: 'Cat' }, 'Pet.0006', 'kind'],
    ['an id that is not one', { name: 'Rex', owner: 'somebody' }, 'Pet.0007', 'owner'],
    ['an id in capitals', { name: 'Rex', owner: 'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA' }, 'Pet.0007', 'owner'],
    ['an item of a list', { name: 'Rex', friends: [{ name: 'Tom' }, {}] }, 'Pet.0002', 'friends.1.name'],
    ['a type that has no code', { name: 'Rex', chipped: 'yes' }, 'Pet.0001', 'chipped'],
    ['a coded issue before one without code', { name: 'Rex', friends: [{}], chipped: 'yes' }, 'Pet.0002', 'friends.0.name'],
    ['something else altogether', 'Rex', 'Pet.0001', undefined],
  ])('answers %s with the documented code and the field', (_, input, code, field) => {
    expect(refusal(input)).toMatchObject({ code, field });
  });

  test('says what would be right', () => {
    expect(refusal({ name: 'Rex', age: 31 })?.message).toBe('Bad age. (whole numbers from 0 to 30)');
    expect(refusal({ name: 'Rex', kind: 'cow' })?.message).toBe('Bad kind. (cat, dog)');
    expect(refusal({ name: 'Rex-Rex-Rex' })?.message).toBe('The name is too long.');
  });
});

test('lengthOf counts code points', () => {
  expect(lengthOf('aé😀')).toBe(3);
});
