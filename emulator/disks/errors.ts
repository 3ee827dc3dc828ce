/** Error codes of the disk service that Cloudyard can answer, as far as look-ups go. Wording is ours. Source: compute 4.8. */
import { errorCodes } from '../errors.ts';

export const diskErrors = errorCodes({
  diskNotFound: ['EVS.5404', 404, 'No disk has this id.'],
});
