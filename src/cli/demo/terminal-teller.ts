import type { JobNews, Teller } from '../../story/teller.ts';
import type { Io } from '../io.ts';
import { type JobDisplay, jobDisplay } from '../jobs/job-display.ts';
import { Style } from '../render/style.ts';

const WORDS = { INIT: 'waiting', RUNNING: 'running', SUCCESS: 'done', FAIL: 'failed', CANCELLED: 'cancelled' } as const;

/** Tells the story to people: chapters, facts, and a bar for each job. */
export class TerminalTeller implements Teller {
  readonly #io: Io;
  readonly #style: Style;
  #shown: { readonly job: string; readonly display: JobDisplay } | undefined;

  constructor(io: Io) {
    this.#io = io;
    this.#style = Style.for(io.stdout, io.env);
  }

  chapter(number: number, title: string): void {
    this.#write(`\n${this.#style.as('bold', `${number}  ${title}`)}`);
  }

  tell(line: string): void {
    this.#write(`   ${line}`);
  }

  fact(line: string): void {
    this.#write(` ${this.#style.as('green', '✓')} ${line}`);
  }

  news({ job: id, type, status, progress, step }: JobNews): void {
    if (this.#shown?.job !== id) this.#shown = { job: id, display: jobDisplay(this.#io.stdout, this.#io.env) };
    this.#shown.display.update({ id, type, status, progress, words: step ?? WORDS[status] });
  }

  #write(line: string): void {
    // What is written below a bar ends it: the next message of its job begins a new one.
    this.#shown = undefined;
    this.#io.stdout.write(`${line}\n`);
  }
}
