import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineChanges } from './images/change.ts';
import { defineContents } from './images/contents.ts';
import { defineCreation } from './images/create.ts';
import { defineReads } from './images/read.ts';
import { defineSharing } from './images/share.ts';

export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineCreation(command, cli);
  defineChanges(command, cli);
  defineSharing(command, cli);
  defineContents(command, cli);
}
