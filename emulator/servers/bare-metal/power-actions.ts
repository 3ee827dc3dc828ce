/**
 * What a management controller can be asked for: a table. Each does to the hardware what the power job of a cloud server does.
 * Names: Ironic's power targets (upstream).
 */
import type { ErrorCode } from '../../errors.ts';
import type { Step, StepContext } from '../../jobs/job-type.ts';
import type { Transaction } from '../../transactions.ts';
import { rebootSingleServerJob } from '../jobs/reboot-server.ts';
import { startSingleServerJob } from '../jobs/start-server.ts';
import { stopSingleServerJob } from '../jobs/stop-server.ts';
import type { ServerActionName } from '../states.ts';
import { bareMetalErrors as errors } from './errors.ts';

export const powerActionNames = ['POWER_ON', 'POWER_OFF', 'SOFT_POWER_OFF', 'REBOOT', 'SOFT_REBOOT'] as const;
export type PowerActionName = (typeof powerActionNames)[number];

interface PowerInput {
  readonly serverId: string;
  readonly type: 'SOFT' | 'HARD';
}

interface PowerAction {
  /** Its row in the table of what can be done with a server. */
  readonly action: ServerActionName;
  /** SOFT asks the system, HARD does not. */
  readonly type: PowerInput['type'];
  readonly job: PowerJob;
}

/** As much of a job type as is used: some need to know less than all of the input. */
interface PowerJob {
  readonly steps: readonly Step<PowerInput, Record<string, never>>[];
  failed?(
    tx: Transaction,
    context: StepContext<PowerInput, Record<string, never>>,
    error: { code: string; message: string },
  ): Promise<void>;
}

export const powerActions: Readonly<Record<PowerActionName, PowerAction>> = {
  POWER_ON: { action: 'start', type: 'HARD', job: startSingleServerJob },
  POWER_OFF: { action: 'stop', type: 'HARD', job: stopSingleServerJob },
  SOFT_POWER_OFF: { action: 'stop', type: 'SOFT', job: stopSingleServerJob },
  REBOOT: { action: 'hardReboot', type: 'HARD', job: rebootSingleServerJob },
  SOFT_REBOOT: { action: 'softReboot', type: 'SOFT', job: rebootSingleServerJob },
};

/** The same by the words of the compute service. */
export const powerActionOf = {
  start: { SOFT: 'POWER_ON', HARD: 'POWER_ON' },
  stop: { SOFT: 'SOFT_POWER_OFF', HARD: 'POWER_OFF' },
  reboot: { SOFT: 'SOFT_REBOOT', HARD: 'REBOOT' },
} as const satisfies Record<string, Record<PowerInput['type'], PowerActionName>>;

/** Why a server refuses an action, by what is going on with it and by its status; what is not here is refused in general. */
export const busyWith: Readonly<Record<string, ErrorCode>> = {
  'powering-on': errors.poweringOn,
  'powering-off': errors.poweringOff,
  rebooting: errors.rebooting,
  rebooting_hard: errors.rebooting,
};
export const alreadyThere: Readonly<Partial<Record<ServerActionName, Readonly<Record<string, ErrorCode>>>>> = {
  start: { ACTIVE: errors.alreadyOn },
  stop: { SHUTOFF: errors.alreadyOff },
};
