import type { CloudEvent } from './events/event.ts';
import { byId, RowCache } from './row-cache.ts';
import type { Database } from './store/database.ts';
import type { Image, ImageTag, Server, Tenant } from './store/generated/client.ts';

/** A tenant with the name of its domain. */
export type DescribedTenant = Tenant & { readonly domainName: string };

/** What almost every request looks up. */
export interface RowCaches {
  readonly images: RowCache<Image>;
  /** By image, sorted by key. */
  readonly imageTags: RowCache<readonly ImageTag[]>;
  /** By image: the audiences of its ImageAccess rows, which may see it. */
  readonly imageAudiences: RowCache<ReadonlySet<string>>;
  readonly servers: RowCache<Server>;
  readonly tenants: RowCache<DescribedTenant>;
}

/** Entries of each. */
const KEPT = 20_000;

export function openRowCaches({ read }: Database): RowCaches {
  return {
    images: new RowCache('image', KEPT, async ids => byId(await read.image.findMany({ where: { id: { in: [...ids] } } }))),
    imageTags: new RowCache<readonly ImageTag[]>('image', KEPT, async ids => {
      const tags = await read.imageTag.findMany({ where: { imageId: { in: [...ids] } }, orderBy: { key: 'asc' } });
      const lists = new Map<string, ImageTag[]>(ids.map(id => [id, []]));
      for (const tag of tags) lists.get(tag.imageId)?.push(tag);
      return lists;
    }),
    imageAudiences: new RowCache<ReadonlySet<string>>('image', KEPT, async ids => {
      const rows = await read.imageAccess.findMany({
        where: { imageId: { in: [...ids] } },
        select: { imageId: true, audience: true },
      });
      const sets = new Map<string, Set<string>>(ids.map(id => [id, new Set()]));
      for (const { imageId, audience } of rows) sets.get(imageId)?.add(audience);
      return sets;
    }),
    servers: new RowCache('server', KEPT, async ids => byId(await read.server.findMany({ where: { id: { in: [...ids] } } }))),
    tenants: new RowCache('tenant', KEPT, async ids => {
      const tenants = await read.tenant.findMany({ where: { id: { in: [...ids] } } });
      const domains = byId(await read.domain.findMany({ where: { id: { in: tenants.map(({ domainId }) => domainId) } } }));
      return byId(tenants.map(tenant => ({ ...tenant, domainName: domains.get(tenant.domainId)?.name ?? '' })));
    }),
  };
}

/** To be called with the events of each commit. */
export function forgetRows(caches: RowCaches, events: readonly CloudEvent[]): void {
  for (const cache of [caches.images, caches.imageTags, caches.imageAudiences, caches.servers, caches.tenants])
    cache.forget(events);
}
