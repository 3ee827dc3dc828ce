import type { Client } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';

export interface Listing<Node> {
  readonly rows: readonly Node[];
  /** Whether there are more than were asked for. */
  readonly more: boolean;
}

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const PAGE = 100;

/**
 * Reads a list page by page, from a cursor on or from the beginning, up to a limit. The query has one field, a connection, and the variables `$first` and `$after`; it asks for
 * `edges { node { … } } pageInfo { hasNextPage endCursor }`.
 */
export async function readAll<Node>(
  client: Client,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  limit: number,
  from?: string,
): Promise<Listing<Node>> {
  const rows: Node[] = [];
  let after: string | null = from ?? null;
  for (;;) {
    const first = Math.min(PAGE, limit - rows.length);
    const data: Record<string, Connection<Node>> = await client.query(query, { ...variables, first, after });
    const [connection] = Object.values(data);
    if (connection === undefined) throw new CliError('CONNECTION', 'the gateway answered no list');
    rows.push(...connection.edges.map(({ node }) => node));
    const { hasNextPage, endCursor } = connection.pageInfo;
    if (!hasNextPage || rows.length >= limit) return { rows, more: hasNextPage };
    after = endCursor;
  }
}
