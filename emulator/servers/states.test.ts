import { describe, expect, test } from 'vitest';
import { allows, serverActions, serverStates, serverStatus } from './states.ts';

describe('the status that a caller sees', () => {
  test.each([
    ['building', 'spawning', 'BUILD'],
    ['building', null, 'BUILD'],
    ['active', null, 'ACTIVE'],
    ['active', 'powering-off', 'ACTIVE'],
    ['active', 'deleting', 'ACTIVE'],
    ['active', 'rebooting', 'REBOOT'],
    ['active', 'reboot_started_hard', 'HARD_REBOOT'],
    ['stopped', null, 'SHUTOFF'],
    ['stopped', 'powering-on', 'SHUTOFF'],
    ['stopped', 'resize_finish', 'RESIZE'],
    ['stopped', 'rebuilding', 'REBUILD'],
    ['error', 'rebuild_spawning', 'REBUILD'],
    ['error', null, 'ERROR'],
    ['resized', null, 'VERIFY_RESIZE'],
    ['resized', 'resize_reverting', 'REVERT_RESIZE'],
    ['shelved', 'unshelving', 'SHELVED'],
    ['shelved_offloaded', 'unshelving', 'SHELVED_OFFLOADED'],
    ['deleted', null, 'DELETED'],
    ['building', 'deleting', 'UNKNOWN'],
    ['stopped', 'rebooting', 'UNKNOWN'],
  ] as const)('of %s with task %s is %s', (vmState, taskState, status) => {
    expect(serverStatus(vmState, taskState)).toBe(status);
  });
});

describe('the life of a server', () => {
  test('resizes only when shut off, and comes back shut off', () => {
    const resizable = serverStates.states.filter(state => serverStates.can(state, 'RESIZE'));
    expect(resizable).toEqual(['SHUTOFF']);
    expect(serverStates.can('RESIZE', 'SHUTOFF')).toBe(true);
    expect(serverStates.can('RESIZE', 'ACTIVE')).toBe(false);
  });

  test('ends with DELETED', () => {
    expect(serverStates.after('DELETED')).toEqual([]);
  });
});

describe('actions', () => {
  test.each([
    ['start', ['SHUTOFF']],
    ['stop', ['ACTIVE']],
    ['softReboot', ['ACTIVE']],
    ['hardReboot', ['ACTIVE', 'ERROR']],
    ['resize', ['SHUTOFF']],
    ['rebuild', ['SHUTOFF', 'ERROR']],
    ['stopAndRebuild', ['ACTIVE', 'SHUTOFF', 'ERROR']],
    ['attachNic', ['ACTIVE', 'SHUTOFF']],
    ['createImage', ['ACTIVE', 'SHUTOFF']],
    ['delete', ['ACTIVE', 'SHUTOFF', 'ERROR']],
  ] as const)('%s is allowed in %j only', (action, allowed) => {
    expect(serverStates.states.filter(state => allows(action, state))).toEqual(allowed);
  });

  test('show a status that follows from the one before', () => {
    for (const { from, during } of Object.values(serverActions)) {
      if (during === null) continue;
      const shown = serverStatus(during.vmState, during.taskState);
      for (const state of from) {
        expect(serverStates.is(shown) && (shown === state || serverStates.can(state, shown)), `${state} to ${shown}`).toBe(true);
      }
    }
  });
});
