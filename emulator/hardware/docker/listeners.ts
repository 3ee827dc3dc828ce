/** A set of callbacks. One that throws does not keep the others from hearing. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** Returns the way to stop listening. */
  add(listener: (value: T) => void): () => void {
    const own = (value: T): void => listener(value);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(value);
      } catch (error) {
        // The listener's own fault: let it surface where faults of nobody's request do.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
