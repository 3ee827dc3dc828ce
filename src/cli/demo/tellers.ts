import type { JobNews, Teller } from '../../story/teller.ts';
import type { Io } from '../io.ts';
import { type JobDisplay, jobDisplay } from '../jobs/job-display.ts';
import { Style } from '../render/style.ts';

/** Tells the story to a terminal: chapters, lines, and a bar for each job that runs. */
export class TerminalTeller implements Teller {
  readonly #display: JobDisplay;
  readonly #style: Style;

  constructor({ stdout, env }: Io) {
    this.#display = jobDisplay(stdout, env);
    this.#style = Style.for(stdout, env);
  }

  chapter(number: number, title: string): void {
    this.#display.note('');
    this.#display.note(this.#style.as('bold', `${number}. ${title}`));
  }

  tell(line: string): void {
    this.#display.note(`   ${line}`);
  }

  fact(line: string): void {
    this.#display.note(`   ${this.#style.as('green', '✓')} ${line}`);
  }

  news({ job: id, type, status, progress, step }: JobNews): void {
    this.#display.update({ id, type: `   ${type}`, status: knownStatus(status), progress, words: step ?? status.toLowerCase() });
  }
}

/** For programs: a JSON line for each thing that is told. */
export class LineTeller implements Teller {
  readonly #write: (entry: object) => void;

  constructor({ stdout }: Io) {
    this.#write = entry => void stdout.write(`${JSON.stringify(entry)}\n`);
  }

  chapter(number: number, title: string): void {
    this.#write({ chapter: number, title });
  }

  tell(line: string): void {
    this.#write({ tell: line });
  }

  fact(line: string): void {
    this.#write({ fact: line });
  }

  news(news: JobNews): void {
    this.#write({ news });
  }
}

const STATUSES = ['INIT', 'RUNNING', 'SUCCESS', 'FAIL', 'CANCELLED'] as const;

const knownStatus = (status: string): (typeof STATUSES)[number] => STATUSES.find(one => one === status) ?? 'RUNNING';
