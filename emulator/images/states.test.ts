import { describe, expect, test } from 'vitest';
import { memberAnswers, memberStates } from './member-states.ts';
import { imageStates } from './states.ts';

describe('an image', () => {
  test('becomes active through queued and saving', () => {
    expect(imageStates.can('QUEUED', 'SAVING')).toBe(true);
    expect(imageStates.can('SAVING', 'ACTIVE')).toBe(true);
    expect(imageStates.can('QUEUED', 'ACTIVE')).toBe(false);
  });

  test('is killed by an error before it is active, never after', () => {
    const killable = imageStates.states.filter(state => imageStates.can(state, 'KILLED'));
    expect(killable).toEqual(['QUEUED', 'SAVING']);
  });

  test('cannot be deleted while its bytes are copied, and deleted is final', () => {
    const deletable = imageStates.states.filter(state => imageStates.can(state, 'DELETED'));
    expect(deletable).toEqual(['QUEUED', 'ACTIVE', 'KILLED']);
    expect(imageStates.after('DELETED')).toEqual([]);
  });
});

describe('a member', () => {
  test('can change its mind but never be pending again', () => {
    expect(memberStates.can('ACCEPTED', 'REJECTED')).toBe(true);
    expect(memberStates.can('REJECTED', 'ACCEPTED')).toBe(true);
    for (const state of memberStates.states) expect(memberStates.can(state, 'PENDING')).toBe(false);
  });

  test('can give every answer while pending', () => {
    expect(memberStates.after('PENDING')).toEqual([...memberAnswers]);
  });
});
