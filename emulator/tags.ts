/** Tags of images, servers, disks and vaults: the same form everywhere, while limits and codes are each service's own. */
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { failsWith, lengthOf, text } from './validation.ts';

interface TagLimits {
  readonly tags: { readonly max: number };
  readonly tagKey: { readonly min: number; readonly max: number };
  readonly tagValue: { readonly max: number };
}

interface TagErrors {
  readonly tooManyTags: ErrorCode;
  readonly tagInvalid: ErrorCode;
  /** A service without these answers `tagInvalid`. */
  readonly tagTooLong?: ErrorCode;
  readonly tagTwice?: ErrorCode;
}

interface TagCharacters {
  readonly tagKey: RegExp;
  readonly tagValue: RegExp;
}

const PLAIN: TagCharacters = { tagKey: /^[A-Za-z0-9_-]*$/, tagValue: /^[A-Za-z0-9_-]*$/ };

/** Tags with keys that differ. Spaces at both ends of a key or value are taken off, as the services do; a missing value is empty. */
export function tagsOf(limits: TagLimits, errors: TagErrors, characters = PLAIN) {
  const { tooManyTags, tagInvalid, tagTooLong = tagInvalid, tagTwice = tagInvalid } = errors;
  const part = (pattern: RegExp, { min = 0, max }: { readonly min?: number; readonly max: number }) =>
    text(tagInvalid)
      .transform(value => value.trim())
      .refine(value => lengthOf(value) >= min && lengthOf(value) <= max, failsWith(tagTooLong))
      .refine(value => pattern.test(value), failsWith(tagInvalid));
  const tag = z.object({
    key: part(characters.tagKey, limits.tagKey),
    value: part(characters.tagValue, limits.tagValue).default(''),
  });
  return z
    .array(tag)
    .refine(tags => tags.length <= limits.tags.max, failsWith(tooManyTags))
    .refine(tags => new Set(tags.map(({ key }) => key)).size === tags.length, failsWith(tagTwice));
}
