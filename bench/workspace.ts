import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a benchmark leaves on the machine while it runs; all of it is gone when it is disposed of. */
export class Workspace implements AsyncDisposable {
  readonly #root: string;
  readonly #undo: (() => unknown)[] = [];

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(): Promise<Workspace> {
    return new Workspace(await mkdtemp(join(tmpdir(), 'cloudyard-bench-')));
  }

  /** A new, empty folder. */
  folder(): Promise<string> {
    return mkdtemp(join(this.#root, 'folder-'));
  }

  /** Something to do at the end, whatever happens; the last one first. */
  onEnd(action: () => unknown): void {
    this.#undo.push(action);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const action of this.#undo.reverse()) await action();
    await rm(this.#root, { recursive: true, force: true });
  }
}
