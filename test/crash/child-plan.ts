import type { CloudConfigInput } from '../../emulator/config.ts';
import type { FaultRuleInput } from '../../emulator/faults/fault-rule.ts';
import type { HardwareKind } from '../../emulator/hardware/hardware.ts';

/** What a program does that is to die: see child.mjs. */
export interface ChildPlan {
  readonly folder: string;
  readonly hardware: HardwareKind;
  readonly config?: CloudConfigInput;
  /** Fault rules; those that crash end the program. */
  readonly rules?: readonly FaultRuleInput[];
  /** A call of the hardware after whose effect the program dies, with no fault rule about. */
  readonly dieAfter?: HardwareEffect;
  readonly order: Order;
}

export type HardwareEffect =
  | 'snapshot'
  | 'growDisk'
  | 'createServer'
  | 'startServer'
  | 'stopServer'
  | 'rebootServer'
  | 'destroyServer'
  | 'attachDisk'
  | 'detachDisk';

/**
 * What is asked for. `restart`: closing the cloud and opening it again, which restores its servers; `prepare`: the job that makes hardware
 * ready, also where it is.
 */
export type Order = Call | 'restart' | 'prepare';

/** An operation by name, in the name of whoever the token belongs to. */
export interface Call {
  readonly operation: string;
  readonly token: string;
  readonly input: Readonly<Record<string, unknown>>;
}
