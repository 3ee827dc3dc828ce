import { expect, test } from 'vitest';
import { BackupStatus, CheckpointStatus, VaultStatus } from '../store/generated/enums.ts';
import { backupErrorCatalogue } from './error-catalogue.ts';
import { backupErrors } from './errors.ts';
import { nextRun } from './policy-times.ts';
import { backupStates, checkpointStates, vaultStates } from './states.ts';

test('every status that a record can have stands in its table', () => {
  expect([...backupStates.states].sort()).toEqual(Object.values(BackupStatus).sort());
  expect([...checkpointStates.states].sort()).toEqual(Object.values(CheckpointStatus).sort());
  expect([...vaultStates.states].sort()).toEqual(Object.values(VaultStatus).sort());
});

test('only a backup that is whole and at rest can be restored or deleted', () => {
  for (const status of ['WAITING_RESTORE', 'WAITING_DELETE'] as const)
    expect(backupStates.states.filter(state => backupStates.can(state, status))).toEqual(['AVAILABLE']);
  expect(backupStates.states.filter(state => backupStates.can(state, 'RESTORING'))).toEqual(['WAITING_RESTORE']);
  expect(backupStates.states.filter(state => backupStates.can(state, 'DELETING'))).toEqual(['WAITING_DELETE']);
});

test('every code is listed once, and exactly those without an error have a reason', () => {
  const codes = backupErrorCatalogue.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const answered = new Set(Object.values(backupErrors).map(({ code }) => code));
  for (const { code, absent } of backupErrorCatalogue) expect(absent === null, code).toBe(answered.has(code));
});

test('what a policy missed is made up for once, and its times stay where they were', () => {
  const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
  const policy = { everyHours: 6, nextRunAt: at(6) };
  expect(nextRun(policy, at(6))).toEqual(at(12));
  expect(nextRun(policy, at(7))).toEqual(at(12));
  expect(nextRun(policy, at(31))).toEqual(at(36));
});
