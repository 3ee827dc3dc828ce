/**
 * Gathers the keys that are asked for while one level of a query is resolved and looks them up in one go.
 *
 * Nothing is remembered afterwards: what a mutation changed, or an event tells of, is read anew. (Rows that are asked for again and
 * again are in the cloud's own row caches.)
 */
export class BatchLoader<Value> {
  readonly #loadMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  readonly #otherwise: Value;
  #open: Batch<Value> | undefined;

  /** `loadMany` may leave out keys that it finds nothing for: those get `otherwise`. */
  constructor(loadMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>, otherwise: Value) {
    this.#loadMany = loadMany;
    this.#otherwise = otherwise;
  }

  load(key: string): Promise<Value> {
    this.#open ??= this.#begin();
    const { keys, values } = this.#open;
    keys.add(key);
    return values.then(found => found.get(key) ?? this.#otherwise);
  }

  #begin(): Batch<Value> {
    const keys = new Set<string>();
    const values = allResolversHaveRun().then(() => {
      this.#open = undefined;
      return this.#loadMany([...keys]);
    });
    return { keys, values };
  }
}

interface Batch<Value> {
  readonly keys: Set<string>;
  readonly values: Promise<ReadonlyMap<string, Value>>;
}

/** After the promise jobs that are waiting now: by then every resolver of the level has asked. */
const allResolversHaveRun = (): Promise<void> =>
  new Promise(resolve => {
    void Promise.resolve().then(() => process.nextTick(resolve));
  });
