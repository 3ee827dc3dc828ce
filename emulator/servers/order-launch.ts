import { encrypt } from 'unixcrypt';
import type { Cloud } from '../cloud.ts';
import type { Caller } from '../identity/caller.ts';
import type { JobType } from '../jobs/job-type.ts';
import type { Transaction } from '../transactions.ts';
import { serverErrors as errors } from './errors.ts';
import { hostnameOf } from './hostname.ts';
import type { LaunchInput } from './jobs/create-server.ts';
import { type PlannedAddress, recordAddresses } from './launch-address.ts';
import { jobDisk, type LaunchDisk } from './launch-disk.ts';
import { type defineBatch, orderBatch } from './order-batch.ts';
import { type LaunchPlan, type LaunchRefusals, type PlannedServer, recordLaunch } from './record-launch.ts';

export interface LaunchOrder<State extends object>
  extends Pick<LaunchPlan, 'kind' | 'zone' | 'image' | 'flavor' | 'nics' | 'securityGroupIds' | 'tags'> {
  /** One for each server. */
  readonly names: readonly string[];
  /** The disks of a server that gets this id; the first is booted from. */
  disksOf(serverId: string): LaunchDisk[];
  /** An elastic IP for each of them. */
  readonly publicAddress?: PlannedAddress | undefined;
  readonly description?: string | null | undefined;
  readonly keyName?: string | null | undefined;
  readonly authorizedKeys: readonly string[];
  readonly adminPassword?: string | null | undefined;
  /** Base64. */
  readonly userData?: string | null | undefined;
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
  readonly refusals: LaunchRefusals;
  readonly batch: ReturnType<typeof defineBatch>;
  readonly single: JobType<LaunchInput, State>;
}

type Commit = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Records servers and orders the jobs that make them, one for each. Throws one of the refusals. */
export async function orderLaunch<State extends object>(
  cloud: Cloud,
  caller: Caller,
  order: LaunchOrder<State>,
  commit: Commit,
): Promise<{ jobId: string; serverIds: string[] }> {
  const { names, image, authorizedKeys, refusals, batch, single } = order;
  const { kind, zone, flavor, nics, securityGroupIds, tags, userData, metadata } = order;
  const passwordHash = order.adminPassword ? encrypt(order.adminPassword) : null;
  return cloud.sshPorts.assign(names.length, sshPorts =>
    commit(async tx => {
      const servers = names.map((name, index): PlannedServer => {
        const id = cloud.ids.uuid();
        return { id, name, hostname: hostnameOf(name, id), disks: order.disksOf(id), sshPort: sshPorts[index] ?? null };
      });
      const plan: LaunchPlan = {
        kind,
        servers,
        zone,
        image,
        flavor,
        nics,
        securityGroupIds,
        tags,
        passwordHash,
        tenantId: caller.tenantId,
        regionId: caller.regionId,
        description: order.description ?? '',
        keyName: order.keyName ?? null,
        userData: userData ? Buffer.from(userData, 'base64') : null,
        metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
      };
      const recorded = await recordLaunch(tx, cloud, plan, refusals);
      const primary = recorded.flatMap(([first]) => first ?? []);
      const addresses = order.publicAddress
        ? await recordAddresses(tx, cloud, {
            tenantId: caller.tenantId,
            planned: order.publicAddress,
            nics: primary,
            quotaUsedUp: errors.publicAddressQuotaUsedUp,
          })
        : [];
      const shared = { imageId: image.id, authorizedKeys: [...authorizedKeys], inject: image.userData };
      const inputs = servers.map(({ id: serverId, disks }, index) => {
        const dataImageIds = disks.flatMap(({ imageId }) => (imageId === null || imageId === image.id ? [] : [imageId]));
        return {
          serverId,
          disks: disks.map(jobDisk),
          dataImageIds,
          nics: recorded[index] ?? [],
          publicAddressIds: addresses.slice(index, index + 1),
          ...shared,
        };
      });
      const jobId = await orderBatch(tx, cloud, caller, { batch, single, inputs });
      return { jobId, serverIds: servers.map(({ id }) => id) };
    }),
  );
}
