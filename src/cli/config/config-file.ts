/** The configuration file of the current folder: `cloudyard.config.ts`, `.js` or `.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { CloudConfig, type CloudConfigInput } from '../../../emulator/config.ts';
import { CliError } from '../cli-error.ts';
import { problemsOf } from './problems.ts';

/** What the cloud is made of, and how the gateway is opened. (Where the state is has to be known before: CLOUDYARD_STATE.) */
const FileConfig = z.strictObject({
  ...CloudConfig.shape,
  port: z.number().int().min(0).max(65_535).optional(),
  host: z.string().min(1).optional(),
  hardware: z.enum(['auto', 'embedded', 'docker']).optional(),
});
type FileConfig = z.input<typeof FileConfig>;

export interface LoadedConfig extends Pick<FileConfig, 'port' | 'host' | 'hardware'> {
  readonly cloud: CloudConfigInput;
  /** The file that it is from; undefined where there is none. */
  readonly file: string | undefined;
}

const NAMES = ['cloudyard.config.ts', 'cloudyard.config.js', 'cloudyard.config.json'] as const;

/** Reads the file that is asked for, else the one in the folder, if there is one. Throws CliError with each field that is wrong. */
export async function loadConfig(folder: string, asked?: string): Promise<LoadedConfig> {
  const file = asked === undefined ? findConfig(folder) : resolve(folder, asked);
  if (file === undefined) return { cloud: {}, file };
  const content = await read(file);
  const checked = FileConfig.safeParse(content);
  if (!checked.success) {
    throw new CliError('CONFIG', `${file} is not a valid configuration`, { hints: problemsOf(checked.error, FileConfig) });
  }
  // What was written, not what defaults make of it: a default is the cloud's to choose.
  const { port, host, hardware, ...cloud } = content as FileConfig;
  return { cloud, file, port, host, hardware };
}

function findConfig(folder: string): string | undefined {
  const found = NAMES.filter(name => existsSync(join(folder, name)));
  if (found.length > 1)
    throw new CliError('CONFIG', `${found.join(' and ')} are both here`, { hints: ['keep one, or say which with --config'] });
  return found[0] === undefined ? undefined : join(folder, found[0]);
}

async function read(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new CliError('CONFIG', `there is no ${file}`);
  try {
    return extname(file) === '.json' ? JSON.parse(readFileSync(file, 'utf8')) : await evaluate(file);
  } catch (cause) {
    throw new CliError('CONFIG', `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function evaluate(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(pathToFileURL(file).href, { fsCache: false, moduleCache: false });
  return jiti.import(file, { default: true });
}
