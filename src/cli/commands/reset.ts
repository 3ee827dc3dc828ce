import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, UsageError } from '../cli-error.ts';
import { confirm } from '../confirm.ts';
import { cloudFolder } from '../gateway-record.ts';

export function define(command: Command, cli: Cli): void {
  command.option('--yes', 'do not ask').action((options: { yes?: boolean }) => reset(cli, options));
}

async function reset(cli: Cli, { yes = false }: { yes?: boolean }): Promise<void> {
  const { stateFolder } = cli;
  const folder = cloudFolder(stateFolder);
  if (!existsSync(folder)) return cli.show({ removed: null }, () => [`there is no cloud in ${stateFolder}`]);
  if (!yes && !(await agrees(cli))) throw new CliError('NOT_CONFIRMED', 'nothing was removed');

  const { stopGateway } = await import('../stop-gateway.ts');
  await stopGateway(cli);
  await dismantle(cli);
  rmSync(folder, { recursive: true });
  // What else may lie in the folder is not ours.
  removeIfEmpty(dirname(folder));
  removeIfEmpty(stateFolder);
  cli.show({ removed: folder }, () => [`removed the cloud in ${stateFolder}; \`cloudyard up\` makes a new one`]);
}

function agrees(cli: Cli): Promise<boolean> {
  const { io, stateFolder } = cli;
  if (!io.stdin.isTTY || cli.options.json)
    throw new UsageError(`reset removes all that is in ${stateFolder}`, ['say so with --yes']);
  return confirm(io, `remove the cloud in ${stateFolder} with all its images, servers and disks?`);
}

/** A state that cannot be read is what many a reset is for. */
async function dismantle(cli: Cli): Promise<void> {
  const [{ dismantleCloud }, { DatabaseUnusableError }] = await Promise.all([
    import('../../../emulator/dismantle-cloud.ts'),
    import('../../../emulator/store/migrations.ts'),
  ]);
  try {
    await dismantleCloud(cli.stateFolder);
  } catch (error) {
    if (!(error instanceof DatabaseUnusableError)) throw error;
    cli.remark('the database cannot be read: if it was of docker, what is left there has the label cloudyard.cloud');
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))) throw error;
  }
}
