import type { Output } from '../io.ts';
import { printable } from '../render/printable.ts';
import { Style, widthOf } from '../render/style.ts';

/** How a job stands, in the words of its line. */
export interface JobLine {
  readonly id: string;
  readonly type: string;
  readonly status: 'INIT' | 'RUNNING' | 'SUCCESS' | 'FAIL' | 'CANCELLED';
  /** Percent. */
  readonly progress: number;
  /** What is being done. */
  readonly words: string;
}

/** Shows how jobs get on. */
export interface JobDisplay {
  update(job: JobLine): void;
  /** A remark in between. */
  note(text: string): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** In a terminal a bar for each job, brought up to date in place; elsewhere a line for each step. */
export function jobDisplay(output: Output, env: Environment): JobDisplay {
  return output.isTTY && env.TERM !== 'dumb' ? new Bars(output, Style.for(output, env)) : new Lines(output);
}

const DEFAULT_COLUMNS = 80;
const BAR = 24;

class Bars implements JobDisplay {
  readonly #output: Output;
  readonly #style: Style;
  /** Lines that still change, by job: the last ones on the screen. */
  readonly #live = new Map<string, string>();

  constructor(output: Output, style: Style) {
    this.#output = output;
    this.#style = style;
  }

  update(job: JobLine): void {
    const line = this.#line(job);
    if (isOver(job)) this.#draw(live => live.delete(job.id), line);
    else this.#draw(live => live.set(job.id, line));
  }

  note(text: string): void {
    this.#draw(() => undefined, printable(text));
  }

  /** Goes up over the lines that change and writes them anew, below a line that stays. */
  #draw(change: (live: Map<string, string>) => unknown, staying?: string): void {
    const up = this.#live.size > 0 ? `\u001B[${this.#live.size}A` : '';
    change(this.#live);
    const lines = [...(staying === undefined ? [] : [staying]), ...this.#live.values()];
    this.#output.write(up + lines.map(line => `\u001B[2K${line}\n`).join(''));
  }

  #line(job: JobLine): string {
    const done = Math.round((job.progress / 100) * BAR);
    const bar = this.#style.as(LOOKS[job.status], '█'.repeat(done)) + this.#style.as('dim', '░'.repeat(BAR - done));
    const head = `${job.type} ${bar} ${String(job.progress).padStart(3)} %  `;
    // One line each: a longer one would wrap, and going up would miss it.
    const room = Math.max(0, (this.#output.columns ?? DEFAULT_COLUMNS) - widthOf(head) - 1);
    return head + [...printable(job.words)].slice(0, room).join('');
  }
}

const LOOKS = { INIT: 'dim', RUNNING: 'cyan', SUCCESS: 'green', FAIL: 'red', CANCELLED: 'yellow' } as const;

class Lines implements JobDisplay {
  readonly #output: Output;
  /** What was said last, by job: not said again. */
  readonly #last = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  update({ id, type, progress, words }: JobLine): void {
    if (this.#last.get(id) === words) return;
    this.#last.set(id, words);
    this.note(`${type} ${progress} % ${words}`);
  }

  note(text: string): void {
    this.#output.write(`${printable(text)}\n`);
  }
}

const isOver = ({ status }: JobLine): boolean => status !== 'INIT' && status !== 'RUNNING';
