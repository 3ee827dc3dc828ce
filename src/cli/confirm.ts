import { createInterface } from 'node:readline/promises';
import type { Io } from './io.ts';

/** Asks a question that only `y` or `yes` answers with yes; the end of the input is a no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  io.stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}
