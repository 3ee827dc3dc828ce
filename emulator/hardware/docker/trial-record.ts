/** Remembers what a trial found, until something it depends on changes. Only a good outcome: a bad one may mend itself. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Capability } from '../hardware.ts';

const Names = z.enum(['processes', 'exec', 'ssh', 'console', 'metadata', 'networks', 'diskFull', 'userData', 'imageContent']);
const Record = z.object({
  key: z.string(),
  capabilities: z.array(z.object({ name: Names, available: z.boolean(), reason: z.string().exactOptional() })),
});

/** @param key digest of what the outcome depends on: the helper's image, the engine, the kernel */
export async function remembered(
  file: string,
  key: string,
  attempt: () => Promise<readonly Capability[]>,
): Promise<readonly Capability[]> {
  const record = Record.safeParse(await readJson(file));
  if (record.success && record.data.key === key) return record.data.capabilities;
  const capabilities = await attempt();
  if (capabilities.every(({ available }) => available)) {
    await writeFile(`${file}.part`, JSON.stringify({ key, capabilities }));
    await rename(`${file}.part`, file);
  }
  return capabilities;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
