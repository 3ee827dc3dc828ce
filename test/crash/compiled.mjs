/** Modules of the compiled emulator, typed by their sources: TypeScript need not find what has yet to be compiled. */

/** @param {string} module */
const load = module => import(new URL(`../../dist/emulator/${module}.js`, import.meta.url).href);

export const compiled = {
  /** @returns {Promise<typeof import('../../emulator/cloud.ts')>} */
  cloud: () => load('cloud'),
  /** @returns {Promise<typeof import('../../emulator/operations.ts')>} */
  operations: () => load('operations'),
  /** @returns {Promise<typeof import('../../emulator/reconciling/prepare-hardware.ts')>} */
  prepareHardware: () => load('reconciling/prepare-hardware'),
  /** @returns {Promise<typeof import('../../emulator/jobs/job.ts')>} */
  job: () => load('jobs/job'),
  /** @returns {Promise<typeof import('../../emulator/jobs/until-job-ends.ts')>} */
  untilJobEnds: () => load('jobs/until-job-ends'),
};
