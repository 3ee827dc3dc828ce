/**
 * The parts of a machine that some tests need and that may not be there. A test that needs one says so with
 * `test.skipIf(missing.NAME)`; the run names each that is missing, why, and what was not tested.
 *
 * Compiled by nothing and free of TypeScript, so that vitest's configuration and the runner share it.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import Docker from 'dockerode';

/**
 * @typedef {object} Part
 * @property {string} covers what is not tested without it
 * @property {() => string | undefined | Promise<string | undefined>} missing why it can't be used here, in words for a user
 */

/** @satisfies {Record<string, Part>} */
const parts = {
  docker: { covers: 'servers as containers: the docker hardware and the stories on it', missing: noEngine },
  e2fsprogs: {
    covers: 'file systems that the embedded hardware makes and writes, judged by e2fsck',
    missing: () => noCommand('e2fsck') ?? noCommand('mke2fs'),
  },
  ssh: { covers: 'signing in to a server with ssh', missing: () => noCommand('ssh') },
};

/** @typedef {keyof typeof parts} PartName */
/** @typedef {Partial<Record<PartName, string>>} MissingParts why, by the name of the part */

export const partNames = /** @type {PartName[]} */ (Object.keys(parts));

/** @param {PartName} name */
export const coverageOf = name => parts[name].covers;

/** @returns {Promise<MissingParts>} */
export async function missingParts() {
  /** @type {MissingParts} */
  const missing = {};
  for (const name of partNames) {
    const reason = await parts[name].missing();
    if (reason !== undefined) missing[name] = reason;
  }
  return missing;
}

/**
 * Found as the docker hardware finds it: DOCKER_HOST, else the usual socket.
 * @returns {Promise<string | undefined>}
 */
async function noEngine() {
  try {
    const info = await new Docker({ timeout: 10_000 }).info();
    return info.OSType === 'linux' ? undefined : `the engine runs ${info.OSType} containers; linux ones are needed`;
  } catch (error) {
    return `no Docker engine answers: ${error instanceof Error ? error.message : error}`;
  }
}

/** @param {string} name */
function noCommand(name) {
  // Tools for file systems are not in everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.some(folder => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.exe`)));
  return found ? undefined : `no command "${name}" in PATH`;
}
