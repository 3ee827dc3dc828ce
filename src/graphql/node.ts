/** Looking up anything by its global id. */
import { listFaultRules } from '../../emulator/administration/operations.ts';
import { getBackupPolicy } from '../../emulator/backups/operations/policies.ts';
import { getBackup, getCheckpoint } from '../../emulator/backups/operations/read-backups.ts';
import { getVault } from '../../emulator/backups/operations/read-vaults.ts';
import { getDisk } from '../../emulator/disks/operations/get-disk.ts';
import { getDiskSnapshot } from '../../emulator/disks/operations/read-snapshots.ts';
import { CloudError, commonErrors } from '../../emulator/errors.ts';
import { getDomain, listMyTenants } from '../../emulator/identity/operations.ts';
import { getImage } from '../../emulator/images/operations/get-image.ts';
import { getKeyPair } from '../../emulator/keypairs/operations.ts';
import { getPort, getSubnet, getVpc } from '../../emulator/networks/operations/read-networks.ts';
import { getPublicAddress } from '../../emulator/networks/operations/read-public-addresses.ts';
import { getSecurityGroup } from '../../emulator/networks/operations/read-security-groups.ts';
import { getServer } from '../../emulator/servers/operations/get-server.ts';
import { getFlavor } from '../../emulator/servers/operations/list-flavors.ts';
import type { ServerKind } from '../../emulator/store/generated/client.ts';
import { builder } from './builder.ts';
import { parseGlobalId } from './global-id.ts';
import { findJob } from './job-view.ts';
import { orNull } from './or-null.ts';
import { NodeRef } from './refs.ts';
import type { Session } from './session.ts';

type LookUp = (session: Session, id: string) => Promise<object | null | undefined>;

/** A server is there under the name of its own type only. */
function serverOf(kind: ServerKind): LookUp {
  return async (session, serverId) => {
    const server = await session.run(getServer, { serverId });
    return server.kind === kind ? server : null;
  };
}

/** Only what the caller may see: all of them go through operations. */
const lookUps: Readonly<Record<string, LookUp>> = {
  Image: (session, imageId) => session.run(getImage, { imageId }),
  BareMetalServer: serverOf('BARE_METAL'),
  CloudServer: serverOf('CLOUD'),
  Flavor: (session, flavorId) => session.run(getFlavor, { flavorId }),
  KeyPair: (session, name) => session.run(getKeyPair, { name }),
  Job: findJob,
  Vault: (session, vaultId) => session.run(getVault, { vaultId }),
  Checkpoint: (session, checkpointId) => session.run(getCheckpoint, { checkpointId }),
  Backup: (session, backupId) => session.run(getBackup, { backupId }),
  BackupPolicy: (session, policyId) => session.run(getBackupPolicy, { policyId }),
  Disk: (session, diskId) => session.run(getDisk, { diskId }),
  DiskSnapshot: (session, snapshotId) => session.run(getDiskSnapshot, { snapshotId }),
  Vpc: (session, vpcId) => session.run(getVpc, { vpcId }),
  Subnet: (session, subnetId) => session.run(getSubnet, { subnetId }),
  Port: (session, portId) => session.run(getPort, { portId }),
  SecurityGroup: (session, securityGroupId) => session.run(getSecurityGroup, { securityGroupId }),
  PublicAddress: (session, publicAddressId) => session.run(getPublicAddress, { publicAddressId }),
  // Only one's own: names of others come with what they own or are shown.
  Tenant: async (session, id) => (await session.run(listMyTenants, {})).find(tenant => tenant.id === id),
  Domain: (session, domainId) => session.run(getDomain, { domainId }),
  FaultRule: async (session, id) => (await session.run(listFaultRules, {})).find(rule => rule.id === id),
};

/** Null for what is not there, or not for the caller. Throws CloudError `badRequest` for an id that is no global one. */
async function findNode(session: Session, globalId: string, field: string): Promise<object | null> {
  session.requireCaller();
  const parsed = parseGlobalId(globalId);
  const lookUp = parsed && lookUps[parsed.type];
  if (!lookUp) throw new CloudError(commonErrors.badRequest, { message: 'A global id is a type, a colon and an id.', field });
  const node = (await orNull(lookUp(session, parsed.id))) ?? null;
  if (node) session.nodeTypes.set(node, parsed.type);
  return node;
}

builder.queryFields(t => ({
  node: t.field({
    type: NodeRef,
    nullable: true,
    description: 'Anything by its global id; null if there is nothing with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'The global id.' }) },
    resolve: (_root, { id }, { session }) => findNode(session, id, 'id'),
  }),
  nodes: t.field({
    type: [NodeRef],
    nullable: { list: false, items: true },
    description: 'Several things by their global ids, in the order of the ids; null where there is nothing for the caller.',
    args: { ids: t.arg.idList({ required: true, description: 'The global ids.' }) },
    complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
    resolve: (_root, { ids }, { session }) => ids.map((id, index) => findNode(session, id, `ids.${index}`)),
  }),
}));
