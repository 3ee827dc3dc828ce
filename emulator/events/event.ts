/** One thing that happened, as it stands in the log. */
export interface CloudEvent {
  /** Position in the log: rising, without a gap at the time of a commit. */
  readonly sequence: number;
  readonly at: Date;
  /** What happened: `image.updated`, `job.progress`, `server.created`, … */
  readonly kind: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly payload: JsonObject;
  /** Tenants that may read it; `*` is everyone. The administrator reads all. Never empty. */
  readonly audiences: readonly string[];
}

/** An event before it has a place in the log. */
export type NewEvent = Omit<CloudEvent, 'sequence' | 'at'>;

export type Json = string | number | boolean | null | JsonObject | readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The audience that stands for all tenants. */
export const EVERYONE = '*';

/** The audience of what is no tenant's: only the administrator, who reads all, sees it. */
export const ADMINISTRATOR = 'administrator';
