import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineChanges } from './backups/change.ts';
import { defineReads } from './backups/read.ts';
import { defineSharing } from './backups/sharing.ts';

export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineChanges(command, cli);
  defineSharing(command, cli);
}
