import type { EmulatorCloud } from './emulator-cloud.ts';

/** Lets nobody read a whole disk until it is let go, as if disks were very large. What is copied is copied. */
export function holdReads({ cloud: { hardware } }: EmulatorCloud): { letGo(): void } {
  const { disks } = hardware;
  const checksum = disks.checksum.bind(disks);
  let open = (): void => {};
  const gate = new Promise<void>(resolve => {
    open = resolve;
  });
  disks.checksum = async (id, options = {}) => {
    await Promise.race([gate, aborted(options.signal)]);
    return checksum(id, options);
  };
  return {
    letGo() {
      disks.checksum = checksum;
      open();
    },
  };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
