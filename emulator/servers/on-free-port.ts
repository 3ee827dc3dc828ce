import type { Cloud } from '../cloud.ts';
import { HardwareError, type ServerSpec } from '../hardware/hardware.ts';

/** Between the look at a port and its use another program may take it, such as a second Cloudyard that starts its servers now. */
const TRIES = 5;

/**
 * Starts a server; where its ssh port turns out to be taken, with another one. That is recorded before it is used, so a start that is cut off
 * goes on with the port that the record names. Throws what `start` throws, `port-taken` in the end.
 */
export async function onFreePort(cloud: Cloud, spec: ServerSpec, start: (spec: ServerSpec) => Promise<void>): Promise<void> {
  const refused: number[] = [];
  for (let wanted = spec; ; ) {
    try {
      return await start(wanted);
    } catch (error) {
      const isTaken = error instanceof HardwareError && error.problem === 'port-taken';
      if (!isTaken || wanted.sshPort === null) throw error;
      refused.push(wanted.sshPort);
      if (refused.length === TRIES) throw error;
      const sshPort = await cloud.sshPorts.replace(spec.id, refused);
      cloud.logger.info({ serverId: spec.id, refused, sshPort }, 'another program has the ssh port of a server: it gets another');
      wanted = { ...wanted, sshPort };
    }
  }
}
