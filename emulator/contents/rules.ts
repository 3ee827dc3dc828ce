import { z } from 'zod';
import { commonErrors } from '../errors.ts';
import { MIB } from '../units.ts';
import { failsWith } from '../validation.ts';

/** Bytes of a file that are read or written at once, and that are read where nobody says how many; characters of a path. */
export const fileLimits = { bytes: 8 * MIB, usualPart: MIB, path: 4096 } as const;

/** Differences in one answer. */
export const differenceLimits = { max: 1000, usual: 100 } as const;

/** Of a file or folder on a disk, in a server or not. */
export const FilePath = z
  .string()
  .refine(
    path => path.startsWith('/') && path.length <= fileLimits.path && !path.includes('\0'),
    failsWith(commonErrors.badRequest, `A path is absolute and has at most ${fileLimits.path} characters.`),
  );
