/** One change of a disk after another; changes of different disks run side by side. */
export class DiskLocks {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when all earlier work on any of these disks is done. */
  async run<T>(ids: readonly string[], work: () => Promise<T> | T): Promise<T> {
    const { promise, resolve } = withResolvers();
    const earlier = ids.flatMap(id => this.#last.get(id) ?? []);
    // All places in all queues are taken at once, so two calls can never wait for each other.
    for (const id of ids) this.#last.set(id, promise);
    try {
      await Promise.all(earlier);
      return await work();
    } finally {
      for (const id of ids) if (this.#last.get(id) === promise) this.#last.delete(id);
      resolve();
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}
