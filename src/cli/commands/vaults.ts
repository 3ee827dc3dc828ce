import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineTagVerb } from './tag-verb.ts';
import { defineChanges } from './vaults/change.ts';
import { definePolicies } from './vaults/policies.ts';
import { defineReads } from './vaults/read.ts';
import { vaultCalled } from './vaults/vault-called.ts';

export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineChanges(command, cli);
  definePolicies(command, cli);
  defineTagVerb(command, cli, 'vault', vaultCalled);
}
