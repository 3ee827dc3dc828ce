import type { CloudConfigInput } from '../../../emulator/config.ts';
import type { HardwareChoice } from '../../../emulator/hardware/open-hardware.ts';
import { isLoopback } from '../../http/allowed-hosts.ts';
import { UsageError } from '../cli-error.ts';
import type { LoadedConfig } from './config-file.ts';

const DEFAULT_PORT = 7070;
const DEFAULT_HOST = '127.0.0.1';
export const hardwareChoices = ['auto', 'embedded', 'docker'] as const satisfies readonly HardwareChoice[];

/** What `up` was told on its command line. */
export interface UpFlags {
  readonly port?: number;
  readonly host?: string;
  readonly hardware?: HardwareChoice;
}

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly hardware: HardwareChoice;
  readonly config: CloudConfigInput;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What counts: the command line before the environment before the configuration file before the defaults. Throws UsageError. */
export function resolveSettings(flags: UpFlags, env: Environment, file: LoadedConfig): Settings {
  const host = flags.host ?? file.host ?? DEFAULT_HOST;
  return {
    host,
    port: flags.port ?? portIn(env) ?? file.port ?? DEFAULT_PORT,
    hardware: flags.hardware ?? hardwareIn(env) ?? file.hardware ?? 'auto',
    config: { ...file.cloud, demoCredentials: acceptsDemoCredentials(env, host, file.cloud) },
  };
}

/** Beyond loopback the documented tokens are off, unless the environment says otherwise in so many words. */
function acceptsDemoCredentials(env: Environment, host: string, { demoCredentials = true }: CloudConfigInput): boolean {
  const said = flagIn(env, 'CLOUDYARD_DEMO_CREDENTIALS');
  return said ?? (demoCredentials && isLoopback(host));
}

function portIn(env: Environment): number | undefined {
  const text = env.CLOUDYARD_PORT;
  if (!text) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`CLOUDYARD_PORT is ${text}: expected a port, 0 to 65535`);
  return Number(text);
}

function hardwareIn(env: Environment): HardwareChoice | undefined {
  const text = env.CLOUDYARD_HARDWARE;
  if (!text) return undefined;
  const found = hardwareChoices.find(choice => choice === text);
  if (!found) throw new UsageError(`CLOUDYARD_HARDWARE is ${text}: expected ${hardwareChoices.join(', ')}`);
  return found;
}

function flagIn(env: Environment, name: string): boolean | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (text !== '0' && text !== '1') throw new UsageError(`${name} is ${text}: expected 0 or 1`);
  return text === '1';
}
