import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import { refuse } from '../errors.ts';
import { parseInput } from '../validation.ts';
import { imageErrors as errors } from './errors.ts';
import { ImageDescription, imageName, imageTags, MaxRam, MinRam, ramRangeError, ramRangeFits } from './rules.ts';

/** What a caller says of an image that is to be made, checked. */
export interface ImageWords {
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  /** MiB */
  readonly minRam: number;
  readonly maxRam: number | null;
}

/** The fields for it in an operation's input. Which names and tags are allowed is the dialect's: readImageWords() checks them. */
export const imageWordFields = {
  name: z.unknown(),
  description: ImageDescription.nullish(),
  tags: z.unknown().optional(),
  minRam: MinRam.optional(),
  maxRam: MaxRam.nullish(),
};

/** What can be wrong with them. */
export const imageWordErrors = [
  errors.nameMissing,
  errors.nameTooLong,
  errors.nameInvalid,
  errors.descriptionTooLong,
  errors.descriptionInvalid,
  errors.tagInvalid,
  errors.tooManyTags,
  errors.sizeInvalid,
] as const;

interface Given {
  readonly name?: unknown;
  readonly description?: string | null | undefined;
  readonly tags?: unknown;
  readonly minRam?: number | undefined;
  readonly maxRam?: number | null | undefined;
}

/** Throws CloudError with a code of imageWordErrors; `path` is where the words are in the input: `images.2.`. */
export function readImageWords(dialect: Dialect, given: Given, path = ''): ImageWords {
  const schema = z.object({ name: imageName(dialect), tags: imageTags(dialect) });
  const { name, tags } = parseInput(schema, { name: given.name, tags: given.tags ?? [] }, errors.nameMissing, path);
  refuse(!ramRangeFits(given), errors.sizeInvalid, { message: ramRangeError.error, field: `${path}maxRam` });
  return { name, tags, description: given.description ?? null, minRam: given.minRam ?? 0, maxRam: given.maxRam || null };
}
