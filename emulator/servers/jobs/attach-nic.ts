import { z } from 'zod';
import type { ServerSpec } from '../../hardware/hardware.ts';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { makeServer } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { orFail } from '../hardware-failures.ts';
import { leavePorts } from '../leave-ports.ts';
import { requireServer } from '../server-access.ts';
import { readServerSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

export const NicInput = z.object({
  serverId: z.string(),
  nic: z.object({ portId: z.string(), subnetId: z.string(), address: z.string(), mac: z.string() }),
});
export type NicInput = z.infer<typeof NicInput>;
const State = z.object({});
type State = z.infer<typeof State>;
type NicContext = StepContext<NicInput, State>;

/** Gives a server a further network interface. Its port is recorded from the order on, so a server that is started meanwhile has it. */
export const attachNicJob = defineJob<NicInput, State>({
  name: 'attachNic',
  queue: 'launch',
  input: NicInput,
  state: State,
  errors: [errors.nicNotAttached],
  resources: ({ serverId, nic }) => [serverId, nic.portId],
  steps: [
    {
      name: 'attach',
      weight: 1,
      seconds: 5,
      async run(context) {
        const { cloud, input, signal } = context;
        await cloud.reconciler.hardwareReady(signal);
        await orFail(errors.nicNotAttached, async () => {
          await plugIn(context);
          await cloud.publicAddresses.settleServer(input.serverId);
        });
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        await settleServer(tx, cloud, 'server.updated', input.serverId, {});
      },
      revert: unplug,
    },
  ],
  async failed(tx, { cloud, input: { serverId, nic } }) {
    await leavePorts(tx, cloud, await tx.db.port.findMany({ where: { id: nic.portId, serverId } }));
    await settleServer(tx, cloud, 'server.updated', serverId, {});
  },
});

/** One that is off is made anew with all of its interfaces. */
export async function plugIn({ cloud, input: { serverId, nic } }: NicContext): Promise<void> {
  const spec = await readServerSpec(cloud, serverId);
  if (!(await isOn(cloud, serverId))) return makeServer(cloud, spec);
  await cloud.subnets.ensure(nic.subnetId);
  await cloud.hardware.attachNic(spec, nic);
}

/** The port has its server still. */
export async function unplug({ cloud, input: { serverId, nic } }: NicContext): Promise<void> {
  const spec = await readServerSpec(cloud, serverId);
  const rest: ServerSpec = { ...spec, nics: spec.nics.filter(({ portId }) => portId !== nic.portId) };
  if (await isOn(cloud, serverId)) await cloud.hardware.detachNic(rest, nic);
  else await makeServer(cloud, rest);
}

async function isOn(cloud: NicContext['cloud'], serverId: string): Promise<boolean> {
  return (await requireServer(cloud, serverId)).status === 'ACTIVE';
}
