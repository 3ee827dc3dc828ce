/** What to order for each job type of network interfaces and operating systems, in the world of scenarios.ts. */
import type { Cloud } from '../../emulator/cloud.ts';
import type { TestCloud } from '../../src/testing/test-cloud.ts';
import type { Order } from './child-plan.ts';
import type { Scenario } from './scenarios.ts';

/** A running server of tenant A whose system nobody would miss, with a further network interface, and a subnet that it is not in. */
export interface WorldOfNetworks {
  readonly spare: string;
  readonly spareDisk: string;
  readonly furtherPort: string;
  readonly nextSubnet: string;
}

export async function makeNetworks(cloud: TestCloud, imageId: string, flavorId: string): Promise<WorldOfNetworks> {
  const { a } = cloud;
  const { vpcId } = await a.networks.createVpc({ name: 'own', cidr: '10.0.0.0/16' });
  const [first, second, third] = await Promise.all(
    ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24'].map(cidr => a.networks.createSubnet({ vpcId, name: 'sub', cidr })),
  );
  const nics = [first, second].map(subnet => ({ subnetId: subnet?.subnetId }));
  const { jobId, serverIds } = await a.servers.launch({ name: 'spare', imageId, flavorId, systemDisk: { size: 10 }, nics });
  await cloud.waitForJob(jobId, { timeoutMs: 300_000 });
  const [spare = ''] = serverIds;
  const [disk] = await a.servers.listDisks({ serverIds });
  const [, further] = await a.servers.listPorts({ serverIds });
  return { spare, spareDisk: disk?.diskId ?? '', furtherPort: further?.id ?? '', nextSubnet: third?.subnetId ?? '' };
}

const call = (operation: string, input: Record<string, unknown>): Order => ({ token: 'cloudyard-demo-a', operation, input });

async function portsOf({ database }: Cloud, serverId: string): Promise<string> {
  return `${await database.read.port.count({ where: { serverId } })} ports`;
}

/** Both, since its last step is one of no return: what fails there leaves the new system. */
const NEW = 'ACTIVE on a new disk';

async function systemOf({ database }: Cloud, { spare, spareDisk }: WorldOfNetworks): Promise<string> {
  const server = await database.read.server.findUnique({ where: { id: spare }, include: { attachments: true } });
  const disk = server?.attachments.find(({ bootIndex }) => bootIndex === 0);
  return `${server?.status} on ${disk?.diskId === spareDisk ? 'the old' : 'a new'} disk`;
}

export const networkScenarios: Readonly<Record<string, Scenario>> = {
  attachNic: {
    order: ({ spare, nextSubnet }) => call('servers.attachNic', { serverId: spare, subnetId: nextSubnet }),
    outcome: (cloud, { spare }) => portsOf(cloud, spare),
    done: '3 ports',
    undone: '2 ports',
  },
  detachNic: {
    order: ({ spare, furtherPort }) => call('servers.detachNic', { serverId: spare, portId: furtherPort }),
    outcome: (cloud, { spare }) => portsOf(cloud, spare),
    done: '1 ports',
    undone: '2 ports',
  },
  reinstallOs: {
    order: ({ spare }) => call('servers.reinstall', { serverId: spare, stopServer: true, adminPassword: 'Cloudyard-1' }),
    outcome: systemOf,
    done: NEW,
    undone: NEW,
  },
  changeOs: {
    order: ({ spare, own }) => call('servers.changeOs', { serverId: spare, imageId: own, stopServer: true }),
    outcome: systemOf,
    done: NEW,
    undone: NEW,
  },
};
