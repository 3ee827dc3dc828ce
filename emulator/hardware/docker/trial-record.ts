/**
 * Remembers that a trial went well, until something it depends on changes. A bad outcome may mend itself, but for the kernel's control groups: those
 * stay as they are.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { TrialOutcome } from './trial.ts';

const Record = z.object({ key: z.string(), noRawDisk: z.string().optional() });

/** @param key digest of what the outcome depends on: the helper's image, the engine, the kernel */
export async function remembered(file: string, key: string, attempt: () => Promise<TrialOutcome>): Promise<TrialOutcome> {
  const record = Record.safeParse(await readJson(file));
  if (record.success && record.data.key === key)
    return { noServer: undefined, noAddress: undefined, noRawDisk: record.data.noRawDisk };
  const outcome = await attempt();
  if (outcome.noServer === undefined && outcome.noAddress === undefined) {
    await writeFile(`${file}.part`, JSON.stringify({ key, noRawDisk: outcome.noRawDisk }));
    await rename(`${file}.part`, file);
  }
  return outcome;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
