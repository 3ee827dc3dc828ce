import type { Cloud } from '../cloud.ts';
import { commonErrors } from '../errors.ts';
import type { ServerSpec } from '../hardware/hardware.ts';
import type { JobRecord } from '../jobs/job.ts';
import { onFreePort } from './on-free-port.ts';

/** Powers a server on, whatever of it is missing from the hardware: an engine may have lost it while it was off. */
export async function bringUp(cloud: Cloud, spec: ServerSpec): Promise<void> {
  await makeServer(cloud, spec);
  await onFreePort(cloud, spec, wanted => cloud.hardware.startServer(wanted));
}

/** The server as it is when powered off, with the networks of its subnets. */
export async function makeServer(cloud: Cloud, spec: ServerSpec): Promise<void> {
  for (const subnetId of new Set(spec.nics.map(nic => nic.subnetId))) await cloud.subnets.ensure(subnetId);
  await cloud.hardware.createServer(spec);
}

/** Whether a job is being reverted because somebody cancelled it, not because something went wrong. */
export function wasCancelled({ errorCode }: Pick<JobRecord, 'errorCode'>): boolean {
  return errorCode === commonErrors.jobCancelled.code;
}
