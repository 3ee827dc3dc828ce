import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { hardwareChoices, type UpFlags } from '../config/settings.ts';
import { portNumber } from '../option-values.ts';

interface Flags extends UpFlags {
  readonly config?: string;
  readonly keepRunning?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .option('--port <port>', 'port to listen on; 0 for any (CLOUDYARD_PORT; default: 7070)', portNumber)
    .option('--host <host>', 'address to listen on; beyond loopback the demo tokens are off (default: 127.0.0.1)')
    .addOption(
      new Option('--hardware <kind>', 'what servers are made of (CLOUDYARD_HARDWARE; default: auto)').choices(hardwareChoices),
    )
    .option('--config <file>', 'configuration (default: cloudyard.config.{ts,js,json} of this folder)')
    .option('--keep-running', 'leave servers running when it stops')
    .action((flags: Flags) => up(cli, flags));
}

async function up(cli: Cli, { config, keepRunning = false, ...flags }: Flags): Promise<void> {
  const [{ loadConfig }, { resolveSettings }] = await Promise.all([
    import('../config/config-file.ts'),
    import('../config/settings.ts'),
  ]);
  const settings = resolveSettings(flags, cli.io.env, await loadConfig(cli.io.cwd, config));
  const [{ serve }, { openLog }] = await Promise.all([import('../up/serve.ts'), import('../up/log.ts')]);
  await serve(cli, { settings, keepRunning, logger: openLog(cli.io, cli.options.logLevel) });
}
