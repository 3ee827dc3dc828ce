import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineAttach } from './disks/attach.ts';
import { defineChanges } from './disks/change.ts';
import { defineCreate } from './disks/create.ts';
import { diskCalled } from './disks/disk-called.ts';
import { defineReads } from './disks/read.ts';
import { defineSnapshots } from './disks/snapshots.ts';
import { defineTagVerb } from './tag-verb.ts';

export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineCreate(command, cli);
  defineAttach(command, cli);
  defineChanges(command, cli);
  defineSnapshots(command, cli);
  defineTagVerb(command, cli, 'disk', diskCalled);
}
