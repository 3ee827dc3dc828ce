#!/usr/bin/env node
/** The `cloudyard` command, as a process of its own. */
import { processIo } from './io.ts';
import { runCli } from './run.ts';

// `cloudyard events | head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), processIo());
