import { bindPublicAddress, unbindPublicAddress } from '../../emulator/networks/operations/bind-public-addresses.ts';
import {
  allocatePublicAddress,
  releasePublicAddress,
  updatePublicAddress,
} from '../../emulator/networks/operations/change-public-addresses.ts';
import { getPublicAddress, listPublicAddresses } from '../../emulator/networks/operations/read-public-addresses.ts';
import { publicAddressOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { NodeRef, PortRef, PublicAddressRef } from './refs.ts';

PublicAddressRef.implement({
  description:
    'An elastic IP: a loopback address of the machine that leads to a server, so that it can be reached at its port 22 like from outside.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `PublicAddress:<uuid>`.', resolve: one => globalId('PublicAddress', one.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    address: t.exposeString('address', { description: 'The address: `127.20.3.7`.' }),
    type: t.expose('type', { type: enums.PublicAddressType, description: 'How it is routed. It is kept, without effect.' }),
    status: t.expose('status', { type: enums.PublicAddressStatus, description: 'Its status.' }),
    bandwidthName: t.exposeString('bandwidthName', { description: 'Name of its bandwidth.' }),
    bandwidthSize: t.exposeInt('bandwidthSize', { description: 'Its bandwidth in Mbit/s. It is kept, and limits nothing.' }),
    bandwidthShareType: t.field({
      type: enums.BandwidthShareType,
      description: 'Whether its bandwidth is its own: it always is.',
      resolve: () => 'PER' as const,
    }),
    port: t.field({
      type: PortRef,
      nullable: true,
      description: 'The port that it is bound to; null while it leads nowhere.',
      resolve: ({ portId }, _args, { session }) => (portId === null ? null : session.loaders.ports.load(portId)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was allocated.' }),
  }),
});

builder.queryFields(t => ({
  publicAddress: t.field({
    type: PublicAddressRef,
    nullable: true,
    description: 'An elastic IP; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getPublicAddress, { publicAddressId: readId.publicAddress(id) })),
  }),
  publicAddresses: t.connection(
    {
      type: PublicAddressRef,
      description: 'The elastic IPs of the caller’s tenant, the oldest first.',
      args: { portId: t.arg.id({ description: 'Only the one that is bound to this port.' }) },
      complexity: pageCost,
      resolve: async (_root, { portId, ...page }, { session }) =>
        pageConnection(await session.run(listPublicAddresses, { portId: portId && readId.port(portId, 'portId'), page })),
    },
    connectionOf('PublicAddress', 'elastic IPs'),
    edgeOf('PublicAddress'),
  ),
}));

addMutation('allocatePublicAddress', {
  description: 'Takes an elastic IP out of the configured range.',
  input: t => ({
    type: t.field({ type: enums.PublicAddressType, description: 'How it is routed; BGP without it.' }),
    bandwidthName: t.string({ description: 'Name of its bandwidth; one made of the address without it.' }),
    bandwidthSize: t.int({ description: 'Mbit/s, 1 to 1000; 5 without it.' }),
    bandwidthShareType: t.field({ type: enums.BandwidthShareType, description: 'PER, also without it; WHOLE is refused.' }),
  }),
  run: (session, input, options) => session.run(allocatePublicAddress, withoutNulls(input), options),
  payload: t => ({ publicAddress: t.field(publicAddressOfAnswer) }),
});

addMutation('updatePublicAddress', {
  description: 'Gives an elastic IP another bandwidth. What is left out stays.',
  input: t => ({
    publicAddressId: t.id({ required: true, description: 'The elastic IP.' }),
    bandwidthName: t.string({ description: 'Another name of its bandwidth.' }),
    bandwidthSize: t.int({ description: 'Mbit/s, 1 to 1000.' }),
  }),
  run: (session, { publicAddressId, ...rest }, options) =>
    session.run(
      updatePublicAddress,
      { ...withoutNulls(rest), publicAddressId: readId.publicAddress(publicAddressId, 'publicAddressId') },
      options,
    ),
  payload: t => ({ publicAddress: t.field(publicAddressOfAnswer) }),
});

addMutation('releasePublicAddress', {
  description: 'Gives an elastic IP back that is not bound.',
  input: t => ({ publicAddressId: t.id({ required: true, description: 'The elastic IP.' }) }),
  run: (session, { publicAddressId }, options) =>
    session.run(releasePublicAddress, { publicAddressId: readId.publicAddress(publicAddressId, 'publicAddressId') }, options),
  payload: t => ({
    releasedPublicAddressId: t.id({
      description: 'Global id of what is gone.',
      resolve: ({ publicAddressId }) => globalId('PublicAddress', publicAddressId),
    }),
  }),
});

addMutation('bindPublicAddress', {
  description:
    'Makes an elastic IP lead to a server: to one of its ports, or to its first. Refused where the hardware lacks `publicAddresses`.',
  input: t => ({
    publicAddressId: t.id({ required: true, description: 'The elastic IP.' }),
    portId: t.id({ description: 'The port.' }),
    serverId: t.id({ description: 'The server, instead of a port.' }),
  }),
  run: (session, { publicAddressId, portId, serverId }, options) =>
    session.run(
      bindPublicAddress,
      {
        publicAddressId: readId.publicAddress(publicAddressId, 'publicAddressId'),
        portId: portId && readId.port(portId, 'portId'),
        serverId: serverId && readId.server(serverId, 'serverId'),
      },
      options,
    ),
  payload: t => ({ publicAddress: t.field(publicAddressOfAnswer) }),
});

addMutation('unbindPublicAddress', {
  description: 'Makes an elastic IP lead nowhere. Does nothing if it is not bound.',
  input: t => ({ publicAddressId: t.id({ required: true, description: 'The elastic IP.' }) }),
  run: (session, { publicAddressId }, options) =>
    session.run(unbindPublicAddress, { publicAddressId: readId.publicAddress(publicAddressId, 'publicAddressId') }, options),
  payload: t => ({ publicAddress: t.field(publicAddressOfAnswer) }),
});
