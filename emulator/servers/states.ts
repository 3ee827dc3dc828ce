/**
 * Server status. A server has a vm_state and, while something is done to it, a task_state; callers see the status that follows from both.
 *
 * Source: compute 2.6. The sheet lists more states than Cloudyard uses; serverStatus() knows them all, so that the table can be read
 * beside the official page.
 */
import { type StateOf, stateMachine } from '../state-machine.ts';

export type VmState = 'building' | 'active' | 'stopped' | 'resized' | 'error' | 'deleted' | 'shelved' | 'shelved_offloaded';

type StatusRow = readonly [status: string, vmStates: readonly VmState[], taskStates: readonly (string | null)[]];

const statusTable = [
  ['BUILD', ['building'], [null, 'scheduling', 'block_device_mapping', 'networking', 'spawning']],
  ['ACTIVE', ['active'], [null, 'powering-off', 'deleting']],
  ['REBOOT', ['active'], ['rebooting', 'reboot_pending', 'reboot_started']],
  ['HARD_REBOOT', ['active'], ['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard']],
  ['REBUILD', ['active', 'stopped', 'error'], ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning']],
  ['MIGRATING', ['active'], ['migrating']],
  ['RESIZE', ['stopped'], ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish']],
  ['SHUTOFF', ['stopped'], [null, 'powering-on', 'deleting']],
  ['VERIFY_RESIZE', ['resized'], [null]],
  ['REVERT_RESIZE', ['resized'], ['resize_reverting']],
  ['ERROR', ['error'], [null, 'deleting']],
  ['DELETED', ['deleted'], [null]],
  ['SHELVED', ['shelved'], [null, 'shelving', 'shelving_image_pending_upload', 'shelving_image_uploading', 'unshelving']],
  ['SHELVED_OFFLOADED', ['shelved_offloaded'], [null, 'shelving_offloading', 'unshelving']],
] as const satisfies readonly StatusRow[];

export type ServerStatus = (typeof statusTable)[number][0] | 'UNKNOWN';
export type TaskState = Exclude<(typeof statusTable)[number][2][number], null>;

/** The status that a caller sees; UNKNOWN for a pair that the table does not have. */
export function serverStatus(vmState: VmState, taskState: TaskState | null): ServerStatus {
  const row = statusTable.find(
    ([, vmStates, taskStates]: (typeof statusTable)[number]) =>
      vmStates.some(state => state === vmState) && taskStates.some(state => state === taskState),
  );
  return row?.[0] ?? 'UNKNOWN';
}

/** How the status of a server goes on, as far as Cloudyard takes it. A server that went wrong can still come back by a hard reboot. */
export const serverStates = stateMachine({
  BUILD: ['ACTIVE', 'ERROR', 'DELETED'],
  ACTIVE: ['SHUTOFF', 'REBOOT', 'HARD_REBOOT', 'REBUILD', 'ERROR', 'DELETED'],
  SHUTOFF: ['ACTIVE', 'RESIZE', 'REBUILD', 'ERROR', 'DELETED'],
  REBOOT: ['ACTIVE', 'SHUTOFF', 'ERROR'],
  HARD_REBOOT: ['ACTIVE', 'SHUTOFF', 'ERROR'],
  REBUILD: ['ACTIVE', 'SHUTOFF', 'ERROR'],
  RESIZE: ['SHUTOFF', 'ERROR'],
  ERROR: ['HARD_REBOOT', 'REBUILD', 'ACTIVE', 'SHUTOFF', 'DELETED'],
  DELETED: [],
});

export type ServerState = StateOf<typeof serverStates>;

interface ServerAction {
  /** The states in which it is allowed; else Ecs.0100. */
  readonly from: readonly ServerState[];
  /** What the server shows while it is carried out; null: no change. */
  readonly during: { readonly vmState: VmState; readonly taskState: TaskState } | null;
}

/**
 * What can be done with a server, and when.
 *
 * An image leaves the status alone: the OpenStack of the two clouds lists no task for it (inferred). A delete keeps the state that the
 * server had, with the task `deleting`.
 */
export const serverActions = {
  start: { from: ['SHUTOFF'], during: { vmState: 'stopped', taskState: 'powering-on' } },
  stop: { from: ['ACTIVE'], during: { vmState: 'active', taskState: 'powering-off' } },
  softReboot: { from: ['ACTIVE'], during: { vmState: 'active', taskState: 'rebooting' } },
  hardReboot: { from: ['ACTIVE', 'ERROR'], during: { vmState: 'active', taskState: 'rebooting_hard' } },
  resize: { from: ['SHUTOFF'], during: { vmState: 'stopped', taskState: 'resize_prep' } },
  rebuild: { from: ['SHUTOFF', 'ERROR'], during: { vmState: 'stopped', taskState: 'rebuilding' } },
  /** The same where it may be stopped for it. */
  stopAndRebuild: { from: ['ACTIVE', 'SHUTOFF', 'ERROR'], during: { vmState: 'stopped', taskState: 'rebuilding' } },
  attachNic: { from: ['ACTIVE', 'SHUTOFF'], during: null },
  detachNic: { from: ['ACTIVE', 'SHUTOFF'], during: null },
  createImage: { from: ['ACTIVE', 'SHUTOFF'], during: null },
  attachDisk: { from: ['ACTIVE', 'SHUTOFF'], during: null },
  detachDisk: { from: ['ACTIVE', 'SHUTOFF'], during: null },
  rename: { from: ['ACTIVE', 'SHUTOFF', 'ERROR'], during: null },
  execute: { from: ['ACTIVE'], during: null },
  delete: { from: ['ACTIVE', 'SHUTOFF', 'ERROR'], during: null },
} as const satisfies Record<string, ServerAction>;

export type ServerActionName = keyof typeof serverActions;

/** Whether a server in this state can take the action. */
export function allows(action: ServerActionName, state: ServerState): boolean {
  const { from }: ServerAction = serverActions[action];
  return from.includes(state);
}
