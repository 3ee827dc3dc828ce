import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineBootOrder } from './baremetal/boot-order.ts';
import { defineLaunch } from './baremetal/launch.ts';
import { definePower } from './baremetal/power.ts';
import { defineReads } from './baremetal/read.ts';

/** What only bare-metal servers have; `cloudyard servers` has the rest: rename, delete, files, console, ssh. */
export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineLaunch(command, cli);
  definePower(command, cli);
  defineBootOrder(command, cli);
}
