import { z } from 'zod';
import type { Backup } from '../store/generated/client.ts';
import { anyOsVersion } from './os-versions.ts';
import { type SystemFacts, systemOfUnknownDisk } from './system-facts.ts';

/** What a backup keeps of its server, as far as an image on it tells of it. The image that the server was made of may have been gone then. */
const ServerFacts = z
  .object({
    imageId: z.string(),
    osType: z.enum(['LINUX', 'WINDOWS', 'OTHER']),
    osVersion: z.string(),
    osBit: z.string(),
    platform: z.string(),
    architecture: z.enum(['X86', 'ARM']),
    firmware: z.enum(['BIOS', 'UEFI']),
    content: z.enum(['NOT_YET', 'REAL', 'PLACEHOLDER']).transform(content => (content === 'PLACEHOLDER' ? content : 'REAL')),
    contentNote: z.string().nullable(),
    loginUser: z.string().nullable(),
    userData: z.boolean(),
    diskHotSwap: z.boolean(),
    attributes: z.record(z.string(), z.json()),
  })
  .partial();

export interface FullEcsFacts {
  readonly system: SystemFacts;
  /** What the server was made of. */
  readonly sourceImageId: string | null;
}

/** What a full-ECS image tells of the system on its backup. */
export function fullEcsFacts({ serverFacts }: Pick<Backup, 'serverFacts'>): FullEcsFacts {
  const { imageId = null, attributes, ...known } = ServerFacts.parse(serverFacts ?? {});
  const unknown = systemOfUnknownDisk(anyOsVersion('Other Linux(64 bit)'));
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { system: { ...unknown, ...given, ...(attributes && { attributes }) }, sourceImageId: imageId };
}
