import { attachNic, detachNic } from '../../emulator/servers/operations/server-nics.ts';
import { jobOfAnswer, portOfAnswer, serverOfAnswer } from './answer-fields.ts';
import { readId, readIds } from './global-id.ts';
import { addMutation } from './mutation.ts';

addMutation('attachNic', {
  description:
    'Gives a server a further network interface, running or off: in a subnet of the same VPC, or a port that you made.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server; it has 12 interfaces at most, one in a subnet.' }),
    subnetId: t.id({ description: 'The subnet.' }),
    address: t.string({ description: 'An address of the subnet; any that is free without it.' }),
    portId: t.id({ description: 'A port that no server has, instead of a subnet.' }),
    securityGroupIds: t.idList({ description: 'Security groups of a new port, up to 10; the default group without any.' }),
  }),
  run: (session, { serverId, subnetId, portId, securityGroupIds, ...rest }, options) =>
    session.run(
      attachNic,
      {
        ...rest,
        serverId: readId.server(serverId, 'serverId'),
        subnetId: subnetId && readId.subnet(subnetId, 'subnetId'),
        portId: portId && readId.port(portId, 'portId'),
        securityGroupIds: securityGroupIds ? readIds(readId.securityGroup, securityGroupIds, 'securityGroupIds') : undefined,
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), server: t.field(serverOfAnswer), port: t.field(portOfAnswer) }),
});

addMutation('detachNic', {
  description:
    'Takes a network interface away, but for the primary one. A port that you made is free afterwards, any other goes.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    portId: t.id({ required: true, description: 'The port of the interface.' }),
  }),
  run: (session, { serverId, portId }, options) =>
    session.run(detachNic, { serverId: readId.server(serverId, 'serverId'), portId: readId.port(portId, 'portId') }, options),
  payload: t => ({ job: t.field(jobOfAnswer), server: t.field(serverOfAnswer) }),
});
