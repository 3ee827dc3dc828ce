import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { ServerKind } from '../../store/generated/enums.ts';
import { serverErrors as errors } from '../errors.ts';
import { type Flavor, findFlavor, flavorStatusIn, flavorsOf, isOnSale } from '../flavors.ts';

/** Flavors of one kind of servers with their sale status; with a zone only those that can be launched in it. Source: compute 2.5, 3.1. */
export const listFlavors = defineOperation({
  name: 'servers.listFlavors',
  permission: 'ecs:cloudServerFlavors:list',
  access: 'read',
  input: z.object({ availabilityZone: z.string().nullish(), kind: z.enum(ServerKind).default('CLOUD') }),
  run: async ({ input: { availabilityZone: zone, kind } }): Promise<readonly Flavor[]> =>
    zone ? flavorsOf[kind].filter(flavor => isOnSale(flavorStatusIn(flavor, zone))) : flavorsOf[kind],
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
