import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { defineChanges } from './servers/change.ts';
import { defineConsole } from './servers/console.ts';
import { defineExec } from './servers/exec.ts';
import { defineFiles } from './servers/files.ts';
import { defineLaunch } from './servers/launch.ts';
import { defineNics } from './servers/nics.ts';
import { definePower } from './servers/power.ts';
import { defineReads } from './servers/read.ts';
import { defineRebuild } from './servers/rebuild.ts';
import { serverCalled } from './servers/server-called.ts';
import { defineSsh } from './servers/ssh.ts';
import { defineTagVerb } from './tag-verb.ts';

export function define(command: Command, cli: Cli): void {
  defineReads(command, cli);
  defineLaunch(command, cli);
  definePower(command, cli);
  defineChanges(command, cli);
  defineRebuild(command, cli);
  defineNics(command, cli);
  defineExec(command, cli);
  defineConsole(command, cli);
  defineFiles(command, cli);
  defineSsh(command, cli);
  defineTagVerb(command, cli, 'server', serverCalled);
}
