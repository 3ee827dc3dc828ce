import { z } from 'zod';
import { commonErrors } from '../errors.ts';
import { MIB } from '../units.ts';
import { failsWith } from '../validation.ts';

/** Bytes of a file that are read at once, and where nobody says how many; characters of a path; differences in one answer. */
export const contentLimits = { bytes: 8 * MIB, usualPart: MIB, path: 4096, differences: { max: 1000, usual: 100 } } as const;

export const ContentPath = z
  .string()
  .refine(
    path => path.startsWith('/') && path.length <= contentLimits.path && !path.includes('\0'),
    failsWith(commonErrors.badRequest, 'A path is absolute and has at most 4096 characters.'),
  );
