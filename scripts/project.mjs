/** Where the project is, and its tools: each is started with the running Node, so nothing depends on a shell or on PATH. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Not import.meta.dirname: a Node too old to have it must get as far as being told so.
export const root = fileURLToPath(new URL('..', import.meta.url));

const tools = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  knip: 'node_modules/knip/bin/knip.js',
  prisma: 'node_modules/prisma/build/index.js',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
};

/** @typedef {keyof typeof tools} Tool */
/** @typedef {{ ok: boolean, output: string }} Outcome */

/**
 * Runs a tool of the project to its end.
 * @param {Tool | 'npm'} tool
 * @param {readonly string[]} args
 * @returns {Outcome}
 */
export function runTool(tool, args) {
  return tool === 'npm' ? runNpm(args) : run(process.execPath, [join(root, tools[tool]), ...args], {});
}

/**
 * Starts a tool of the project, in sight of the user; others may run beside it.
 * @param {Tool} tool
 * @param {readonly string[]} args
 * @returns {Promise<boolean>} whether it ended well
 */
export async function startTool(tool, args) {
  const child = spawn(process.execPath, [join(root, tools[tool]), ...args], {
    cwd: root,
    env: { ...process.env, ...toolEnvironment() },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}

/**
 * Runs a script of this folder to its end.
 * @param {string} script
 * @param {readonly string[]} args
 */
export function runScript(script, args) {
  return run(process.execPath, [join(root, 'scripts', script), ...args], {});
}

/** @param {readonly string[]} args */
function runNpm(args) {
  const npm = process.env.npm_execpath ?? '';
  if (basename(npm) === 'npm-cli.js') return run(process.execPath, [npm, ...args], {});
  // On Windows npm is a batch file, which only a shell can start.
  return run('npm', args, { shell: process.platform === 'win32' });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ shell?: boolean }} options
 * @returns {Outcome}
 */
function run(command, args, { shell = false }) {
  const child = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...toolEnvironment() },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = `${child.stdout ?? ''}${child.stderr ?? ''}${child.error?.message ?? ''}`.trim();
  return { ok: child.status === 0, output };
}

function toolEnvironment() {
  const headers = nodeHeaders();
  return {
    // Prisma downloads an engine before it does anything, unless it is told of one. Generating a client never runs it.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
  };
}

/**
 * The folder with this Node's own headers: with them a native module compiles without downloading any.
 * @returns {string | undefined}
 */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(header)) return undefined;
  const text = readFileSync(header, 'utf8');
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(part => text.match(new RegExp(`NODE_${part}_VERSION (\\d+)`))?.[1]).join('.');
  return version === process.versions.node ? prefix : undefined;
}
