/**
 * Does nothing, and tells how long the machine kept its event loop waiting all the same. Says `{ ready }`; looks from the first message that it
 * is sent to the second, and answers that by `{ longestPauseMs }`.
 */
import { once } from 'node:events';
import { LoopPauses } from '../loop-pauses.ts';

process.send?.({ ready: true });
await once(process, 'message');
const pauses = new LoopPauses();
process.send?.({ looking: true });
await once(process, 'message');
process.send?.({ longestPauseMs: pauses.longestMs() });
process.disconnect();
