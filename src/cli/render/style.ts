import type { Output } from '../io.ts';

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;
type Look = keyof typeof CODES;

/** Colours and weights for a terminal; plain text elsewhere and where NO_COLOR is set (no-color.org). */
export class Style {
  readonly isPlain: boolean;

  constructor(isPlain: boolean) {
    this.isPlain = isPlain;
  }

  static for(output: Output, env: Readonly<Record<string, string | undefined>>): Style {
    return new Style(!output.isTTY || Boolean(env.NO_COLOR) || env.TERM === 'dumb');
  }

  as(look: Look, text: string): string {
    const [on, off] = CODES[look];
    return this.isPlain || text === '' ? text : `\u001B[${on}m${text}\u001B[${off}m`;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these sequences begin with the escape character
const SEQUENCE = /\u001B\[\d+m/g;

/** Columns that a text takes in a terminal. */
export const widthOf = (text: string): number => [...text.replace(SEQUENCE, '')].length;
