import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineAddresses } from './networks/addresses.ts';
import { defineGroups } from './networks/groups.ts';
import { definePorts } from './networks/ports.ts';
import { defineSubnets } from './networks/subnets.ts';
import { defineVpcs } from './networks/vpcs.ts';

export function define(command: Command, cli: Cli): void {
  defineVpcs(command, cli);
  defineSubnets(command, cli);
  definePorts(command, cli);
  defineAddresses(command, cli);
  defineGroups(command, cli);
}
