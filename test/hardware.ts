/**
 * Which hardware the suites run on: embedded always, docker where an engine answers.
 * What could not run is named by the summary at the end of the run (scripts/test.mjs), never passed over in silence.
 */
import { execFileSync } from 'node:child_process';
import type { HardwareKind } from '../emulator/hardware/hardware.ts';

const answers = (): boolean => {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
};

export const dockerAnswers: boolean = answers();
export const everyHardware: readonly HardwareKind[] = dockerAnswers ? ['embedded', 'docker'] : ['embedded'];
