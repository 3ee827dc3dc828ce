import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { type GatewayRecord, readGatewayRecord } from './gateway-record.ts';

/** In milliseconds: a gateway that closes powers its servers off, which may take each its 30 s. */
const PATIENCE = 120_000;
const PAUSE = 50;

/** The gateway of the state, if it runs: what the record says counts only if its address answers for the same cloud. */
async function runningGateway(stateFolder: string): Promise<GatewayRecord | undefined> {
  const record = readGatewayRecord(stateFolder);
  return record !== undefined && (await cloudAt(record.url)) === record.cloudId ? record : undefined;
}

/** Id of the cloud that is served at an address, also by a gateway that does not take our token any more. */
async function cloudAt(url: string): Promise<unknown> {
  try {
    const answer: unknown = await (await fetch(`${url}/health/ready`)).json();
    return typeof answer === 'object' && answer !== null && 'cloud' in answer ? answer.cloud : undefined;
  } catch {
    return undefined;
  }
}

/** Asks the gateway of the state to end and waits until it has. Returns what ran; undefined if nothing did. */
export async function stopGateway(cli: Cli): Promise<GatewayRecord | undefined> {
  const record = await runningGateway(cli.stateFolder);
  if (record === undefined) return undefined;
  if (record.host !== hostname()) {
    throw new CliError('RUNS_ELSEWHERE', `the gateway of this state runs on another machine or in a container (${record.host})`, {
      hints: ['stop it there'],
    });
  }
  cli.remark(`stopping the gateway at ${record.url} (pid ${record.pid})`);
  process.kill(record.pid, 'SIGTERM');
  for (const end = Date.now() + PATIENCE; isAlive(record.pid); ) {
    if (Date.now() > end) {
      throw new CliError('DOES_NOT_STOP', `the gateway (pid ${record.pid}) has not stopped after ${PATIENCE / 1000} s`, {
        hints: ['see its log; a second ctrl-c there ends it at once'],
      });
    }
    await pause(PAUSE);
  }
  return record;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
