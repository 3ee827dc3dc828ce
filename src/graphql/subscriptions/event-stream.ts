import type { Session } from '../session.ts';

/** What a subscription delivers: a message and its place, which goes out as `extensions.cursor`. */
export interface Message<Content> {
  readonly cursor: string;
  readonly content: Content;
}

interface Source<Item, Content> {
  /** Opens the operation's stream; it ends when the signal aborts. */
  watch(signal: AbortSignal): Promise<AsyncGenerator<Item, void, void>>;
  show(item: Item): Message<Content>;
}

/**
 * A stream of messages that can be left while it waits. `return()` of a plain async generator only takes effect when it comes to a `yield`,
 * so a subscriber that leaves while nothing happens would stay for ever; here leaving aborts the signal that the operation waits with.
 */
export class EventStream<Item, Content> implements AsyncGenerator<Message<Content>, void, void> {
  readonly #leaving: AbortController;
  readonly #session: Session;
  readonly #items: AsyncGenerator<Item, void, void>;
  readonly #show: (item: Item) => Message<Content>;

  /** Throws what the operation throws: CloudError for what the caller may not watch. */
  static async open<Item, Content>(
    session: Session,
    { watch, show }: Source<Item, Content>,
  ): Promise<EventStream<Item, Content>> {
    const leaving = new AbortController();
    return new EventStream(session, leaving, await watch(leaving.signal), show);
  }

  private constructor(
    session: Session,
    leaving: AbortController,
    items: AsyncGenerator<Item, void, void>,
    show: (item: Item) => Message<Content>,
  ) {
    this.#session = session;
    this.#leaving = leaving;
    this.#items = items;
    this.#show = show;
  }

  async next(): Promise<IteratorResult<Message<Content>, void>> {
    const { done, value } = await this.#items.next();
    if (done) return { done, value };
    // A token that has expired meanwhile is worth no more messages.
    await this.#session.recheck();
    return { done: false, value: this.#show(value) };
  }

  async return(): Promise<IteratorResult<Message<Content>, void>> {
    this.#leaving.abort();
    await this.#items.return();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Message<Content>, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
