import { z } from 'zod';
import { type ErrorCode, ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { regionOf } from '../../regions.ts';
import { ServerKind } from '../../store/generated/enums.ts';
import { bareMetalErrors } from '../bare-metal/errors.ts';
import { serverErrors as errors } from '../errors.ts';
import { type Flavor, findFlavor, flavorStatusIn, flavorsOf, isOnSale } from '../flavors.ts';

/** As a launch is refused there. */
const ZONE_NOT_FOUND: Readonly<Record<ServerKind, ErrorCode>> = {
  CLOUD: errors.zoneNotFound,
  BARE_METAL: bareMetalErrors.zoneNotFound,
};

/** Flavors of one kind of servers with their sale status; with a zone only those that can be launched in it. Source: compute 2.5, 3.1. */
export const listFlavors = defineOperation({
  name: 'servers.listFlavors',
  permission: 'ecs:cloudServerFlavors:list',
  access: 'read',
  input: z.object({ availabilityZone: z.string().nullish(), kind: z.enum(ServerKind).default('CLOUD') }),
  errors: [errors.zoneNotFound, bareMetalErrors.zoneNotFound],
  async run({ cloud, caller, input: { availabilityZone: zone, kind } }): Promise<readonly Flavor[]> {
    if (zone == null) return flavorsOf[kind];
    const { zones } = regionOf(cloud.config.regions, caller.regionId);
    refuse(!zones.includes(zone), ZONE_NOT_FOUND[kind], { field: 'availabilityZone' });
    return flavorsOf[kind].filter(flavor => isOnSale(flavorStatusIn(flavor, zone)));
  },
});

export const getFlavor = defineOperation({
  name: 'servers.getFlavor',
  permission: 'ecs:cloudServerFlavors:get',
  access: 'read',
  input: z.object({ flavorId: z.string() }),
  errors: [errors.flavorNotFound],
  async run({ input: { flavorId } }): Promise<Flavor> {
    const flavor = findFlavor(flavorId);
    ensure(flavor, errors.flavorNotFound, { field: 'flavorId' });
    return flavor;
  },
});
