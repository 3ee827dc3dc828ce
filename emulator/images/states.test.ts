import { describe, expect, test } from 'vitest';
import { memberAnswers, memberStates } from './member-states.ts';
import { imageStates } from './states.ts';

describe('an image', () => {
  test('becomes active through queued and saving', () => {
    expect(imageStates.can('queued', 'saving')).toBe(true);
    expect(imageStates.can('saving', 'active')).toBe(true);
    expect(imageStates.can('queued', 'active')).toBe(false);
  });

  test('is killed by an error before it is active, never after', () => {
    const killable = imageStates.states.filter(state => imageStates.can(state, 'killed'));
    expect(killable).toEqual(['queued', 'saving']);
  });

  test('cannot be deleted while its bytes are copied, and deleted is final', () => {
    const deletable = imageStates.states.filter(state => imageStates.can(state, 'deleted'));
    expect(deletable).toEqual(['queued', 'active', 'killed']);
    expect(imageStates.after('deleted')).toEqual([]);
  });
});

describe('a member', () => {
  test('can change its mind but never be pending again', () => {
    expect(memberStates.can('accepted', 'rejected')).toBe(true);
    expect(memberStates.can('rejected', 'accepted')).toBe(true);
    for (const state of memberStates.states) expect(memberStates.can(state, 'pending')).toBe(false);
  });

  test('can give every answer while pending', () => {
    expect(memberStates.after('pending')).toEqual([...memberAnswers]);
  });
});
