import type { z } from 'zod';
import type { Cloud } from '../../emulator/cloud.ts';
import { CloudError, commonErrors } from '../../emulator/errors.ts';
import type { Caller } from '../../emulator/identity/caller.ts';
import type { Operation } from '../../emulator/operation.ts';
import type { RunOptions } from '../../emulator/operation-engine.ts';
import { Loaders } from './loaders.ts';

export interface SessionOptions {
  readonly cloud: Cloud;
  /** Undefined for a request without a token: only public operations answer to it. */
  readonly caller: Caller | undefined;
  /** What the caller is known by; looked at again while a subscription lasts. */
  readonly token?: string | undefined;
  readonly requestId: string;
  /** Where a subscriber wants to go on, if the transport has a word for that (`Last-Event-ID`). */
  readonly lastEventId?: string | undefined;
}

/** Who asks without a token. No permission is granted to it. */
const anonymous: Caller = { userId: '', userName: '', domainId: '', tenantId: '', regionId: '', roles: [] };

/** One request on its way through the schema: the cloud, the caller, and the look-ups that are under way. */
export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller | undefined;
  readonly requestId: string;
  readonly lastEventId: string | undefined;
  readonly #token: string | undefined;
  /** Cursor of the event that is being delivered; messages carry it as `extensions.cursor`. */
  cursor: string | undefined;
  #loaders: Loaders | undefined;
  #nodeTypes: WeakMap<object, string> | undefined;

  constructor({ cloud, caller, token, requestId, lastEventId }: SessionOptions) {
    this.cloud = cloud;
    this.caller = caller;
    this.#token = token;
    this.requestId = requestId;
    this.lastEventId = lastEventId;
  }

  get loaders(): Loaders {
    this.#loaders ??= new Loaders(this);
    return this.#loaders;
  }

  /** Of which type the rows are that `node` has found: a row does not tell. */
  get nodeTypes(): WeakMap<object, string> {
    this.#nodeTypes ??= new WeakMap();
    return this.#nodeTypes;
  }

  /** Who asks; throws CloudError `notAuthenticated` where nobody has signed in. */
  requireCaller(): Caller {
    if (!this.caller) throw new CloudError(commonErrors.notAuthenticated);
    return this.caller;
  }

  /** Throws CloudError if the token is not good any more. */
  async recheck(): Promise<void> {
    if (this.#token !== undefined) await this.cloud.tokens.authenticate(this.#token);
  }

  /** Carries out an operation for the caller. Throws CloudError. */
  run<Schema extends z.ZodType, Answer>(
    operation: Operation<Schema, Answer>,
    input: z.input<Schema>,
    options?: RunOptions,
  ): Promise<Answer> {
    const caller = operation.permission === 'public' ? (this.caller ?? anonymous) : this.requireCaller();
    return this.cloud.run(operation, caller, input, options);
  }
}
