import type { JobNews, Teller } from '../../story/teller.ts';
import type { Io } from '../io.ts';

/** Tells the story to programs: a JSON line for everything. */
export class JsonTeller implements Teller {
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
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

  #write(entry: object): void {
    this.#io.stdout.write(`${JSON.stringify(entry)}\n`);
  }
}
