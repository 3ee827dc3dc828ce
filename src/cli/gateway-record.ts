/** What `up` leaves in the state folder, so that the other commands find the gateway that runs. Only its owner can read it. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface TenantToken {
  readonly domain: string;
  readonly region: string;
  readonly tenantId: string;
  readonly token: string;
}

export interface GatewayRecord {
  readonly url: string;
  readonly pid: number;
  /** The machine (or container) that the process id is of. */
  readonly host: string;
  readonly cloudId: string;
  /** Documented tokens that this gateway accepts. */
  readonly tenants: readonly TenantToken[];
  /** A token of the administrator, for this machine's commands. */
  readonly adminToken: string;
}

/** Folder of a state's one cloud. */
export const cloudFolder = (stateFolder: string): string => join(stateFolder, 'clouds', 'default');

const recordFile = (stateFolder: string): string => join(cloudFolder(stateFolder), 'gateway.json');

export function writeGatewayRecord(stateFolder: string, record: GatewayRecord): void {
  const file = recordFile(stateFolder);
  const part = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(part, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(part, 0o600);
  renameSync(part, file);
}

export function removeGatewayRecord(stateFolder: string): void {
  rmSync(recordFile(stateFolder), { force: true });
}

/** Undefined where none is, or a damaged one. After a crash it may tell of a gateway that is gone. */
export function readGatewayRecord(stateFolder: string): GatewayRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(recordFile(stateFolder), 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is GatewayRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { url, pid, host, cloudId, tenants, adminToken } = value as Partial<Record<keyof GatewayRecord, unknown>>;
  return (
    [url, host, cloudId, adminToken].every(text => typeof text === 'string') &&
    Number.isInteger(pid) &&
    Array.isArray(tenants) &&
    tenants.every(isTenantToken)
  );
}

function isTenantToken(value: unknown): value is TenantToken {
  if (typeof value !== 'object' || value === null) return false;
  const { domain, region, tenantId, token } = value as Partial<Record<keyof TenantToken, unknown>>;
  return [domain, region, tenantId, token].every(text => typeof text === 'string');
}
