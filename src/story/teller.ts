/** Where a job of the story stands. */
export interface JobNews {
  /** Its id. */
  readonly job: string;
  readonly type: string;
  readonly status: 'INIT' | 'RUNNING' | 'SUCCESS' | 'FAIL' | 'CANCELLED';
  /** 0 to 100 */
  readonly progress: number;
  readonly step: string | null;
  /** Why it ended without success, or is being taken back. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Who the story is told to: a terminal, a log of JSON lines, a test. */
export interface Teller {
  chapter(number: number, title: string): void;
  /** Something that happened, in a line. */
  tell(line: string): void;
  /** Something that was checked and holds. */
  fact(line: string): void;
  news(news: JobNews): void;
}

/** The story went otherwise than it should. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

/** Throws StoryError unless it holds. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new StoryError(`this should hold and does not: ${what}`);
}
