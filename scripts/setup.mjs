/**
 * Makes a clone ready to run: packages, database client, compiled program; only what is missing or out of date.
 *
 * Plain JavaScript without packages, as are its neighbours: it runs before anything is installed, and Node 20 can't run TypeScript.
 * Speaks to stderr, and only when there is something to do.
 *
 *   node scripts/setup.mjs            everything
 *   node scripts/setup.mjs packages   that step alone
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFingerprint, clientFingerprint, packagesAreInstalled, removeOrphans } from './freshness.mjs';
import { wrongNode } from './node-version.mjs';
import { root, runScript, runTool } from './project.mjs';
import { withSetupLock } from './setup-lock.mjs';

/** @typedef {{ abi?: string, client?: string, build?: string }} Stamps */
/** @typedef {import('./project.mjs').Outcome} Outcome */

/**
 * @typedef {object} Step
 * @property {string} doing what the user is told
 * @property {string} hint what may help when it fails
 * @property {(stamps: Stamps) => boolean} isDone
 * @property {() => Outcome} run
 * @property {(stamps: Stamps) => Stamps} stamp what to remember once it has run
 */

/** @satisfies {Record<string, Step>} */
const steps = {
  packages: {
    doing: 'installing packages (npm ci: a minute or two)',
    hint: 'a native module is compiled where no prebuilt one can be had: that takes python3, make and a C++ compiler',
    isDone: stamps => packagesAreInstalled() && (stamps.abi ?? process.versions.modules) === process.versions.modules,
    run: () => runTool('npm', ['ci', '--include=dev', '--loglevel=error', '--no-progress', '--no-audit', '--no-fund']),
    // npm ci has emptied node_modules, the stamps with it: what the new packages generate and compile may differ.
    stamp: () => ({ abi: process.versions.modules }),
  },
  client: {
    doing: 'generating the database client',
    hint: 'see prisma/schema.prisma',
    isDone: stamps => stamps.client === clientFingerprint() && existsSync(join(root, 'emulator/store/generated/client.ts')),
    run: () => runTool('prisma', ['generate']),
    stamp: stamps => ({ ...stamps, client: clientFingerprint() }),
  },
  build: {
    doing: 'compiling',
    hint: 'npm run check shows the same errors',
    isDone: stamps => stamps.build === buildFingerprint() && existsSync(join(root, 'dist')),
    run: () => {
      const outcome = runTool('tsc', ['-p', 'tsconfig.build.json']);
      removeOrphans();
      return outcome.ok ? runScript('bundle.mjs', []) : outcome;
    },
    stamp: stamps => ({ ...stamps, build: buildFingerprint() }),
  },
};

/** @typedef {keyof typeof steps} StepName */

/** A step of the set-up failed; the message is ready for the user. */
export class SetupError extends Error {}

/**
 * @param {readonly StepName[]} [names] which steps, in order; all unless said
 * @throws {SetupError}
 */
export async function setUp(names = ['packages', 'client', 'build']) {
  const problem = wrongNode();
  if (problem !== undefined) throw new SetupError(problem);
  const wanted = names.map(name => steps[name]);
  const isReady = () => wanted.every(step => step.isDone(readStamps()));
  if (isReady()) return;
  await withSetupLock(() => {
    for (const step of wanted) if (!step.isDone(readStamps())) runStep(step);
  });
}

/** @param {Step} step */
function runStep(step) {
  console.error(`cloudyard: ${step.doing}`);
  const { ok, output } = step.run();
  if (!ok) throw new SetupError(`${output}\n\ncloudyard: ${step.doing}: failed (${step.hint})`);
  writeStamps(step.stamp(readStamps()));
}

// Inside node_modules, so that whoever empties it makes everything run again.
const stampFile = join(root, 'node_modules', '.cloudyard', 'setup.json');

/** @returns {Stamps} */
function readStamps() {
  return existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
}

/** @param {Stamps} stamps */
function writeStamps(stamps) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
}

/**
 * Sets up, or ends the process with the reason.
 * @param {readonly StepName[]} [names]
 */
export async function setUpOrExit(names) {
  try {
    await setUp(names);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * @param {string} name
 * @returns {name is StepName}
 */
const isStep = name => name in steps;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  if (names.length === 0) await setUpOrExit();
  else if (names.every(isStep)) await setUpOrExit(names);
  else {
    console.error(`usage: node scripts/setup.mjs [${Object.keys(steps).join('|')}]…`);
    process.exitCode = 2;
  }
}
