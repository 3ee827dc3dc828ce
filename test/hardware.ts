/**
 * What the tests may use of this machine. The run finds it out once (scripts/parts.mjs) and names what it could not test.
 *
 * A file whose tests are for every hardware (`test.each(everyHardware)('… (%s)', …)`) is run twice, on one hardware each:
 * see scripts/suites.mjs.
 */
import { inject } from 'vitest';
import type { HardwareKind } from '../emulator/hardware/hardware.ts';
import type { MissingParts } from '../scripts/parts.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    missing: MissingParts;
    hardware: HardwareKind;
  }
}

/** The hardware of this run of the file. */
export const everyHardware: readonly HardwareKind[] = [inject('hardware')];

/** Why a part can't be used here, by name: `test.skipIf(missing.ssh)('signs in with ssh', …)`. */
export const missing: Readonly<MissingParts> = inject('missing');
