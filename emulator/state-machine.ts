/**
 * State machines as tables: each state with the states that may follow it. The table is the documentation and the only rule.
 */
import { CloudError, type ErrorCode } from './errors.ts';

export interface StateMachine<State extends string> {
  /** All states, in the order of the table. */
  readonly states: readonly State[];
  /** Whether a word from outside (a column, an argument) is one of the states. */
  is(word: string): word is State;
  /** The states that may follow. */
  after(from: State): readonly State[];
  can(from: State, to: State): boolean;
  /** Throws the error, with both states named and, where given, what is in them, if `to` may not follow `from`. */
  assert(from: State, to: State, error: ErrorCode, name?: string): void;
}

/** The states of a machine: `StateOf<typeof imageStates>`. */
export type StateOf<Machine> = Machine extends StateMachine<infer State> ? State : never;

/** Makes a machine from its table. A state without followers is final; staying in a state is no transition and needs no row. */
export function stateMachine<State extends string>(
  table: Readonly<Record<State, readonly NoInfer<State>[]>>,
): StateMachine<State> {
  const is = (word: string): word is State => Object.hasOwn(table, word);
  const can = (from: State, to: State): boolean => table[from].includes(to);
  return {
    states: Object.keys(table).filter(is),
    is,
    after: from => table[from],
    can,
    assert(from, to, error, name) {
      const who = name === undefined ? '' : `${name}: `;
      if (!can(from, to)) throw new CloudError(error, { message: `${error.message} (${who}${from} to ${to})` });
    },
  };
}
