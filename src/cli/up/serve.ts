/** Opens a cloud, serves it until it is asked to stop, and closes it. */
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type Cloud, openCloud } from '../../../emulator/cloud.ts';
import { revokeToken } from '../../../emulator/identity/revoke-token.ts';
import { StateInUseError } from '../../../emulator/store/state-lock.ts';
import { type Gateway, startGateway } from '../../gateway.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Settings } from '../config/settings.ts';
import { exitCodes } from '../exit-codes.ts';
import { readGatewayRecord, removeGatewayRecord, writeGatewayRecord } from '../gateway-record.ts';
import { limitHeapGrowth } from './heap-growth.ts';
import { type StartReport, startCard } from './start-card.ts';
import { listenForStop } from './stop-requests.ts';
import { knownTokens } from './tenant-tokens.ts';

export interface ServeOptions {
  readonly settings: Settings;
  /** Servers outlive the gateway. */
  readonly keepRunning: boolean;
  readonly logger: Logger;
}

export async function serve(cli: Cli, { settings, keepRunning, logger }: ServeOptions): Promise<void> {
  limitHeapGrowth();
  const { host, port } = settings;
  const stop = listenForStop(cli.io, () => {
    cli.remark('stopped at once; the next start sees to what was under way');
    cli.io.exit(exitCodes.interrupted);
  });
  try {
    const cloud = await open(cli, settings, logger);
    try {
      // Whether the demo credentials are accepted where it listens is settled already: resolveSettings().
      const gateway = await startGateway({ cloud, host, port, logger, demoCredentialsAnywhere: true });
      try {
        // A process that was killed could not revoke its own.
        await revokeAdminToken(cli, cloud);
        await announce(cli, cloud, gateway);
        await stop.first;
        cli.remark(keepRunning ? 'stopping; servers keep running' : 'stopping (ctrl-c again: at once)');
      } finally {
        await revokeAdminToken(cli, cloud);
        removeGatewayRecord(cli.stateFolder);
        await gateway.close();
      }
    } finally {
      await cloud.close({ keepRunning });
    }
    cli.remark('stopped; `cloudyard up` goes on where it was');
  } finally {
    stop.close();
  }
}

async function open(cli: Cli, { hardware, config }: Settings, logger: Logger): Promise<Cloud> {
  try {
    return await openCloud({ folder: cli.stateFolder, hardware, config, logger });
  } catch (error) {
    if (error instanceof StateInUseError) throw inUse(cli, error);
    throw error;
  }
}

function inUse({ stateFolder }: Cli, cause: StateInUseError): CliError {
  const record = readGatewayRecord(stateFolder);
  const who = record === undefined ? 'another cloudyard' : `a gateway at ${record.url} (pid ${record.pid})`;
  return new CliError('STATE_IN_USE', `${who} already works on ${stateFolder}`, {
    hints: ['use that one, stop it with `cloudyard down`, or choose another folder with --state'],
    cause,
  });
}

/** That of the gateway that wrote the record. */
async function revokeAdminToken({ stateFolder }: Cli, cloud: Cloud): Promise<void> {
  const record = readGatewayRecord(stateFolder);
  if (record?.cloudId === cloud.id) await revokeToken(cloud, record.adminToken);
}

async function announce(cli: Cli, cloud: Cloud, { url }: Gateway): Promise<void> {
  const { tenants, adminToken } = await knownTokens(cloud);
  writeGatewayRecord(cli.stateFolder, { url, pid: process.pid, host: hostname(), cloudId: cloud.id, tenants, adminToken });
  const report: StartReport = {
    url,
    graphql: `${url}/graphql`,
    pid: process.pid,
    hardware: cloud.hardware.kind,
    hardwareReason: cloud.hardwareReason,
    state: cli.stateFolder,
    tenants,
  };
  cli.showEntry(report, () => startCard(report, { style: cli.style, cwd: cli.io.cwd }));
}
