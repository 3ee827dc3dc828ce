/** What contents cost, that are not counted in entries but in bytes: a point for each KiB that is read, two for each that is answered. */
import { KIB } from '../../emulator/units.ts';
import { documentLimits } from './limits.ts';

/** Of a field that reads up to so many bytes; what is below it costs by them too. */
export function contentCost(bytes: number): { field: number; multiplier: number } {
  const kibibytes = Math.max(0, Math.ceil(bytes / KIB));
  return { field: 50 + kibibytes, multiplier: Math.max(1, 2 * kibibytes) };
}

/** Of a field that answers with up to so many bytes which were read already. */
export const textCost = (bytes: number): number => 2 * Math.ceil(bytes / KIB);

/** What a document can do once: half of what it may cost, and a little. */
export const ONCE = documentLimits.cost / 2 + 1;
