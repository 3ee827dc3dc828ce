import type { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { type CloudState, describeCloud } from './cloud.ts';
import { JOB, type Job } from './jobs.ts';

/** What one tenant has. */
export interface TenantState {
  readonly domain: string;
  readonly region: string;
  readonly servers: number;
  /** Its own. */
  readonly images: number;
  readonly running: readonly Job[];
}

const STATE = `{
  me { tenant { domainName region } }
  servers(first: 0) { totalCount }
  images(first: 0, filter: { relation: OWN }) { totalCount }
  jobs(first: 100, filter: { status: RUNNING }) { edges { node { ${JOB} } } }
}`;

interface Answer {
  readonly me: { readonly tenant: { readonly domainName: string; readonly region: string } };
  readonly servers: { readonly totalCount: number };
  readonly images: { readonly totalCount: number };
  readonly jobs: { readonly edges: readonly { readonly node: Job }[] };
}

export async function tenantState(client: Client): Promise<TenantState> {
  const { me, servers, images, jobs } = await client.query<Answer>(STATE);
  return {
    domain: me.tenant.domainName,
    region: me.tenant.region,
    servers: servers.totalCount,
    images: images.totalCount,
    running: jobs.edges.map(({ node }) => node),
  };
}

/** Undefined where no gateway answers. Throws ClientError for everything else: a wrong token, say. */
export async function cloudIfRunning(client: Client): Promise<CloudState | undefined> {
  try {
    return await describeCloud(client);
  } catch (error) {
    if (error instanceof ClientError && error.code === 'CONNECTION') return undefined;
    throw error;
  }
}
