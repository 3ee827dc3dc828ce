/** Names and labels of everything that the driver makes in the engine. Both derive from ids, so a half-run step can run again. */

export type EngineKind = 'helper' | 'server' | 'subnet' | 'metadata' | 'address' | 'image';

export const LABEL = {
  cloud: 'cloudyard.cloud',
  kind: 'cloudyard.kind',
  id: 'cloudyard.id',
  /** Digest of what an object was made from: where it differs, the object is made anew. */
  recipe: 'cloudyard.recipe',
  /** The disk and the addresses of a server, the range of a subnet. */
  disk: 'cloudyard.disk',
  nics: 'cloudyard.nics',
  cidr: 'cloudyard.cidr',
  gateway: 'cloudyard.gateway',
  /** Of an interface, kept with the connection to its network. */
  address: 'cloudyard.address',
  /** Where a public address leads. */
  target: 'cloudyard.target',
  subnet: 'cloudyard.subnet',
} as const;

const CLOUD_ID = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** The names and labels of one cloud. */
export class Labels {
  readonly cloudId: string;

  constructor(cloudId: string) {
    if (!CLOUD_ID.test(cloudId)) throw new TypeError(`not an id that an engine takes in a name: ${JSON.stringify(cloudId)}`);
    this.cloudId = cloudId;
  }

  name(kind: EngineKind, id?: string): string {
    return ['cloudyard', this.cloudId, kind, ...(id === undefined ? [] : [id])].join('-');
  }

  of(kind: EngineKind, id: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { [LABEL.cloud]: this.cloudId, [LABEL.kind]: kind, [LABEL.id]: id, ...more };
  }

  /** A filter for the engine's lists and events. */
  filter(kind?: EngineKind): { label: string[] } {
    return { label: [`${LABEL.cloud}=${this.cloudId}`, ...(kind === undefined ? [] : [`${LABEL.kind}=${kind}`])] };
  }
}
