/** Keeps two set-ups from running at once (`npm start` and `npm run demo` in two terminals of a fresh clone). */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './project.mjs';

const lockFile = join(root, '.setup.lock');

/** @param {() => void} work */
export async function withSetupLock(work) {
  await takeLock();
  try {
    work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function takeLock() {
  let told = false;
  while (!tryLock()) {
    const holder = readHolder();
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!told) console.error(`cloudyard: waiting for another set-up to finish (process ${holder ?? 'unknown'}, ${lockFile})`);
    told = true;
    await sleep(500);
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns {number | undefined} undefined while the other one has made the file but not yet written its id */
function readHolder() {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
