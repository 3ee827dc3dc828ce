/**
 * Every operation there is, by noun and verb as in its name. Front ends reach the emulator through these and nothing else; the test kit's
 * methods and docs/operations.md are made from this table.
 */
import {
  addFaultRule,
  advanceClock,
  describeCloud,
  listFaultRules,
  listQuotas,
  removeFaultRule,
  setClock,
  setQuota,
} from './administration/operations.ts';
import { createCheckpoint } from './backups/operations/create-checkpoint.ts';
import { deleteBackup } from './backups/operations/delete-backup.ts';
import { deleteVault } from './backups/operations/delete-vault.ts';
import {
  createBackupPolicy,
  deleteBackupPolicy,
  getBackupPolicy,
  listBackupPolicies,
  updateBackupPolicy,
} from './backups/operations/policies.ts';
import {
  getBackup,
  getCheckpoint,
  listBackupImages,
  listBackupMembers,
  listBackupParts,
  listBackups,
  listCheckpoints,
} from './backups/operations/read-backups.ts';
import {
  describeVaultResources,
  getVault,
  listVaultResources,
  listVaults,
  listVaultTags,
} from './backups/operations/read-vaults.ts';
import { restoreBackup } from './backups/operations/restore-backup.ts';
import { answerBackupShare, shareBackup, unshareBackup } from './backups/operations/share-backup.ts';
import {
  addVaultResources,
  createVault,
  deleteVaultTags,
  removeVaultResources,
  setVaultTags,
  updateVault,
} from './backups/operations/vaults.ts';
import { compareContents } from './contents/operations/compare-files.ts';
import { listContentFiles } from './contents/operations/list-files.ts';
import { readContentFile } from './contents/operations/read-file.ts';
import { attachDisk } from './disks/operations/attach-disk.ts';
import { deleteDiskSnapshot, rollBackDisk, updateDiskSnapshot } from './disks/operations/change-snapshot.ts';
import { createDisks } from './disks/operations/create-disks.ts';
import { createDiskSnapshot } from './disks/operations/create-snapshot.ts';
import { deleteDisks } from './disks/operations/delete-disks.ts';
import { detachDisk } from './disks/operations/detach-disk.ts';
import { extendDisk } from './disks/operations/extend-disk.ts';
import { getDisk, listDiskAttachments, listDiskTags } from './disks/operations/get-disk.ts';
import { countDisks, listDisks } from './disks/operations/list-disks.ts';
import { getDiskSnapshot, listDiskSnapshots } from './disks/operations/read-snapshots.ts';
import { retypeDisk } from './disks/operations/retype-disk.ts';
import { setDiskBootable, setDiskReadOnly } from './disks/operations/set-disk-flags.ts';
import { deleteDiskTags, setDiskTags } from './disks/operations/tag-disk.ts';
import { updateAttachment } from './disks/operations/update-attachment.ts';
import { updateDisk } from './disks/operations/update-disk.ts';
import { latestEvent, listEvents, watchEvents } from './events/operations.ts';
import { listDamage, verifyDisks } from './fsck/operations.ts';
import { login } from './identity/login.ts';
import {
  createDomain,
  describeTenants,
  getDomain,
  issueToken,
  listDomains,
  listDomainTenants,
  listMyTenants,
} from './identity/operations.ts';
import { createDataImages } from './images/operations/create-data-images.ts';
import { createImage } from './images/operations/create-image.ts';
import { createImageFromDisk } from './images/operations/create-image-from-disk.ts';
import { createWholeImage } from './images/operations/create-whole-image.ts';
import { createWholeImageFromBackup } from './images/operations/create-whole-image-from-backup.ts';
import { deleteImage } from './images/operations/delete-image.ts';
import { getImage, listImageMembers, listImageTags } from './images/operations/get-image.ts';
import { listDerivedImages, listDisksOfImage, listServersOfImage } from './images/operations/image-lineage.ts';
import { countImages, listImages } from './images/operations/list-images.ts';
import { answerShares, shareImages, unshareImages } from './images/operations/share-image.ts';
import { deleteImageTags, setImageTags } from './images/operations/tag-image.ts';
import { updateImage } from './images/operations/update-image.ts';
import { cancelJob, getJob, listJobs, listSubJobs } from './jobs/operations.ts';
import { watchJob } from './jobs/watch-job.ts';
import { createKeyPair, deleteKeyPair, getKeyPair, listKeyPairs } from './keypairs/operations.ts';
import { bindPublicAddress, unbindPublicAddress } from './networks/operations/bind-public-addresses.ts';
import { createPort, deletePort, updatePort } from './networks/operations/change-ports.ts';
import {
  allocatePublicAddress,
  releasePublicAddress,
  updatePublicAddress,
} from './networks/operations/change-public-addresses.ts';
import { createSecurityGroupRule, deleteSecurityGroupRule } from './networks/operations/change-rules.ts';
import { createSecurityGroup, deleteSecurityGroup, updateSecurityGroup } from './networks/operations/change-security-groups.ts';
import { createSubnet, deleteSubnet, updateSubnet } from './networks/operations/change-subnets.ts';
import { createVpc, deleteVpc, updateVpc } from './networks/operations/change-vpcs.ts';
import {
  describeSubnets,
  getPort,
  getSubnet,
  getVpc,
  listPorts,
  listSubnets,
  listVpcs,
} from './networks/operations/read-networks.ts';
import { getPublicAddress, listPortPublicAddresses, listPublicAddresses } from './networks/operations/read-public-addresses.ts';
import {
  getSecurityGroup,
  listPortSecurityGroups,
  listSecurityGroupRules,
  listSecurityGroups,
} from './networks/operations/read-security-groups.ts';
import { launchBareMetalServers } from './servers/bare-metal/operations/launch.ts';
import { operateBareMetalServers } from './servers/bare-metal/operations/operate.ts';
import { setBootOrder } from './servers/bare-metal/operations/set-boot-order.ts';
import { deleteServers } from './servers/operations/delete-servers.ts';
import { getServer, listServerDisks, listServerPorts, listServerTags } from './servers/operations/get-server.ts';
import { launchServers } from './servers/operations/launch-servers.ts';
import { getFlavor, listFlavors } from './servers/operations/list-flavors.ts';
import { countServers, listServers } from './servers/operations/list-servers.ts';
import { rebootServers, startServers, stopServers } from './servers/operations/power-servers.ts';
import { readServerConsole } from './servers/operations/read-server-console.ts';
import { changeServerOs, reinstallServer } from './servers/operations/rebuild-server.ts';
import { resizeServer } from './servers/operations/resize-server.ts';
import { runServerCommand } from './servers/operations/run-server-command.ts';
import { listServerFiles, readServerFile, writeServerFile } from './servers/operations/server-files.ts';
import { attachNic, detachNic } from './servers/operations/server-nics.ts';
import { deleteServerTags, setServerTags } from './servers/operations/tag-server.ts';
import { updateServer } from './servers/operations/update-server.ts';
import { describeDiskUsage, describeImageUsage, describeTenantUsage, describeVaultUsage } from './usage/operations.ts';

export const operations = {
  bareMetal: {
    launch: launchBareMetalServers,
    operate: operateBareMetalServers,
    setBootOrder: setBootOrder,
  },
  backupPolicies: {
    create: createBackupPolicy,
    delete: deleteBackupPolicy,
    get: getBackupPolicy,
    list: listBackupPolicies,
    update: updateBackupPolicy,
  },
  backups: {
    answerShare: answerBackupShare,
    delete: deleteBackup,
    get: getBackup,
    list: listBackups,
    listImages: listBackupImages,
    listMembers: listBackupMembers,
    listParts: listBackupParts,
    restore: restoreBackup,
    share: shareBackup,
    unshare: unshareBackup,
  },
  checkpoints: {
    create: createCheckpoint,
    get: getCheckpoint,
    list: listCheckpoints,
  },
  clock: {
    advance: advanceClock,
    set: setClock,
  },
  cloud: {
    describe: describeCloud,
    fsck: verifyDisks,
    listDamage: listDamage,
  },
  contents: {
    compare: compareContents,
    listFiles: listContentFiles,
    readFile: readContentFile,
  },
  disks: {
    attach: attachDisk,
    count: countDisks,
    create: createDisks,
    createSnapshot: createDiskSnapshot,
    delete: deleteDisks,
    deleteSnapshot: deleteDiskSnapshot,
    deleteTags: deleteDiskTags,
    detach: detachDisk,
    extend: extendDisk,
    get: getDisk,
    getSnapshot: getDiskSnapshot,
    list: listDisks,
    listAttachments: listDiskAttachments,
    listSnapshots: listDiskSnapshots,
    listTags: listDiskTags,
    retype: retypeDisk,
    rollBack: rollBackDisk,
    setBootable: setDiskBootable,
    setReadOnly: setDiskReadOnly,
    setTags: setDiskTags,
    update: updateDisk,
    updateAttachment,
    updateSnapshot: updateDiskSnapshot,
  },
  events: {
    latest: latestEvent,
    list: listEvents,
    watch: watchEvents,
  },
  faults: {
    add: addFaultRule,
    list: listFaultRules,
    remove: removeFaultRule,
  },
  identity: {
    createDomain: createDomain,
    describeTenants: describeTenants,
    getDomain: getDomain,
    issueToken: issueToken,
    listDomains: listDomains,
    listDomainTenants: listDomainTenants,
    listMyTenants: listMyTenants,
    login: login,
  },
  images: {
    answerShares: answerShares,
    count: countImages,
    create: createImage,
    createDataImages: createDataImages,
    createFromDisk: createImageFromDisk,
    createWhole: createWholeImage,
    createWholeFromBackup: createWholeImageFromBackup,
    delete: deleteImage,
    deleteTags: deleteImageTags,
    get: getImage,
    list: listImages,
    listDerived: listDerivedImages,
    listDisks: listDisksOfImage,
    listMembers: listImageMembers,
    listServers: listServersOfImage,
    listTags: listImageTags,
    setTags: setImageTags,
    share: shareImages,
    unshare: unshareImages,
    update: updateImage,
  },
  jobs: {
    cancel: cancelJob,
    get: getJob,
    list: listJobs,
    listSubJobs: listSubJobs,
    watch: watchJob,
  },
  keyPairs: {
    create: createKeyPair,
    delete: deleteKeyPair,
    get: getKeyPair,
    list: listKeyPairs,
  },
  networks: {
    allocatePublicAddress: allocatePublicAddress,
    bindPublicAddress: bindPublicAddress,
    createPort: createPort,
    createSecurityGroup: createSecurityGroup,
    createSecurityGroupRule: createSecurityGroupRule,
    createSubnet: createSubnet,
    createVpc: createVpc,
    deletePort: deletePort,
    deleteSecurityGroup: deleteSecurityGroup,
    deleteSecurityGroupRule: deleteSecurityGroupRule,
    deleteSubnet: deleteSubnet,
    deleteVpc: deleteVpc,
    describeSubnets: describeSubnets,
    getPort: getPort,
    getPublicAddress: getPublicAddress,
    getSecurityGroup: getSecurityGroup,
    getSubnet: getSubnet,
    getVpc: getVpc,
    listPorts: listPorts,
    listPortPublicAddresses: listPortPublicAddresses,
    listPortSecurityGroups: listPortSecurityGroups,
    listPublicAddresses: listPublicAddresses,
    listSecurityGroupRules: listSecurityGroupRules,
    listSecurityGroups: listSecurityGroups,
    listSubnets: listSubnets,
    listVpcs: listVpcs,
    releasePublicAddress: releasePublicAddress,
    unbindPublicAddress: unbindPublicAddress,
    updatePort: updatePort,
    updatePublicAddress: updatePublicAddress,
    updateSecurityGroup: updateSecurityGroup,
    updateSubnet: updateSubnet,
    updateVpc: updateVpc,
  },
  quotas: {
    list: listQuotas,
    set: setQuota,
  },
  servers: {
    attachNic: attachNic,
    changeOs: changeServerOs,
    count: countServers,
    delete: deleteServers,
    deleteTags: deleteServerTags,
    detachNic: detachNic,
    get: getServer,
    getFlavor: getFlavor,
    launch: launchServers,
    list: listServers,
    listDisks: listServerDisks,
    listFiles: listServerFiles,
    listFlavors: listFlavors,
    listPorts: listServerPorts,
    listTags: listServerTags,
    readConsole: readServerConsole,
    readFile: readServerFile,
    reboot: rebootServers,
    reinstall: reinstallServer,
    resize: resizeServer,
    runCommand: runServerCommand,
    setTags: setServerTags,
    start: startServers,
    stop: stopServers,
    update: updateServer,
    writeFile: writeServerFile,
  },
  usage: {
    ofDisk: describeDiskUsage,
    ofImage: describeImageUsage,
    ofTenant: describeTenantUsage,
    ofVault: describeVaultUsage,
  },
  vaults: {
    addResources: addVaultResources,
    create: createVault,
    delete: deleteVault,
    deleteTags: deleteVaultTags,
    describeResources: describeVaultResources,
    get: getVault,
    list: listVaults,
    listResources: listVaultResources,
    listTags: listVaultTags,
    removeResources: removeVaultResources,
    setTags: setVaultTags,
    update: updateVault,
  },
} as const;
