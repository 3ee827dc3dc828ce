/** Codes of looking into images and disks: no real cloud has that, so they are our own. */
import { errorCodes } from '../errors.ts';

export const contentErrors = errorCodes({
  contentNotFound: ['Cloudyard.0013', 404, 'There is nothing with this id to look into.'],
  contentNotReady: ['Cloudyard.0014', 409, 'Its bytes are not there yet, or about to change.'],
  contentDamaged: ['Cloudyard.0015', 409, 'Its bytes are damaged.'],
  contentUnreadable: ['Cloudyard.0016', 422, 'It holds no file system that can be read here.'],
});
