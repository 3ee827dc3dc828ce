import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineChanges } from './backups/change.ts';
import { defineReads } from './backups/read.ts';

export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineChanges(command, cli);
}
