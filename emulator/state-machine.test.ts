import { describe, expect, test } from 'vitest';
import { CloudError, type ErrorCode } from './errors.ts';
import { stateMachine } from './state-machine.ts';

const door = stateMachine({ open: ['closed'], closed: ['open', 'bricked'], bricked: [] });
const wrongState: ErrorCode = { code: 'Door.0001', status: 409, message: 'The door is in the wrong state.' };

describe('a state machine', () => {
  test('lists its states in the order of the table', () => {
    expect(door.states).toEqual(['open', 'closed', 'bricked']);
  });

  test('allows exactly what the table says', () => {
    const allowed = door.states.flatMap(from => door.states.filter(to => door.can(from, to)).map(to => `${from} ${to}`));
    expect(allowed).toEqual(['open closed', 'closed open', 'closed bricked']);
    expect(door.after('closed')).toEqual(['open', 'bricked']);
    expect(door.after('bricked')).toEqual([]);
  });

  test('refuses other transitions with the given code and names both states', () => {
    expect(() => door.assert('open', 'closed', wrongState)).not.toThrow();
    const refusal = new CloudError(wrongState, { message: 'The door is in the wrong state. (bricked to open)' });
    expect(() => door.assert('bricked', 'open', wrongState)).toThrow(refusal);
  });

  test('knows its states from other words, inherited ones included', () => {
    expect(door.is('open')).toBe(true);
    expect(door.is('ajar')).toBe(false);
    expect(door.is('toString')).toBe(false);
  });
});
