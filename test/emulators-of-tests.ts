import { afterEach } from 'vitest';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';

interface EmulatorsOfTests {
  readonly open: (...options: Parameters<typeof openEmulator>) => Promise<EmulatorCloud>;
  /** One that the test has opened in another way. */
  readonly keep: (emulator: EmulatorCloud) => void;
}

/** For a file whose tests open emulators of their own: they are closed when the test is over, however it ends. */
export function emulatorsOfTests(): EmulatorsOfTests {
  const opened: EmulatorCloud[] = [];
  afterEach(async () => {
    for (const emulator of opened.splice(0)) await emulator.close();
  });
  return {
    async open(...options) {
      const emulator = await openEmulator(...options);
      opened.push(emulator);
      return emulator;
    },
    keep: emulator => void opened.push(emulator),
  };
}
