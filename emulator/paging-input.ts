import { z } from 'zod';

/** A page as operations take it; planPage() checks it. */
export const PageInput = z.object({
  first: z.number().nullish(),
  after: z.string().nullish(),
  last: z.number().nullish(),
  before: z.string().nullish(),
});
