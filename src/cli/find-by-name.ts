import { isUuid } from '../../emulator/ids.ts';
import { CliError } from './cli-error.ts';
import type { Listing } from './queries/pages.ts';

interface Named {
  readonly uuid: string;
  readonly name: string;
}

const GLOBAL_ID = /^[A-Z][A-Za-z]*:./;

/** Enough to see whether a name is unambiguous. The list may also find what only has the name in its own. */
const LOOK_AT = 100;

interface Words {
  readonly plural?: string;
  /** The command that lists them. */
  readonly see?: string;
}

/**
 * Id of what is called so; what is an id already is taken as it is.
 * Throws CliError where nothing is called so, or several things are.
 */
export async function idOf(
  noun: string,
  text: string,
  list: (name: string, limit: number) => Promise<Listing<Named>>,
  { plural = `${noun}s`, see = `${plural} list` }: Words = {},
): Promise<string> {
  if (isUuid(text.toLowerCase()) || GLOBAL_ID.test(text)) return text;
  const { rows } = await list(text, LOOK_AT);
  const called = rows.filter(({ name }) => name === text);
  if (called.length === 1 && called[0]) return called[0].uuid;
  if (called.length === 0) {
    throw new CliError('NOT_FOUND', `there is no ${noun} called ${text}`, { hints: [`see \`cloudyard ${see}\``] });
  }
  throw new CliError('AMBIGUOUS', `${called.length} ${plural} are called ${text}: say which by its id`, {
    hints: called.map(({ uuid }) => uuid),
  });
}
