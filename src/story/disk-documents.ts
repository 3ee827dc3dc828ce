/** The GraphQL of the second act: disks, images of every kind, backups, bare metal, networks. */

const JOB = 'job { uuid type status progress step error { code message } }';
const FAILURE = '... on Error { __typename code message field }';

/** A mutation that takes its one input and answers with a job and some fields. */
function order(field: string, fields = ''): string {
  const type = field.charAt(0).toUpperCase() + field.slice(1);
  return /* GraphQL */ `
    mutation ${type}($input: ${type}Input!) {
      ${field}(input: $input) { __typename ... on ${type}Payload { ${JOB} ${fields} } ${FAILURE} }
    }
  `;
}

/** The same for what is done at once. */
function change(field: string, fields: string): string {
  const type = field.charAt(0).toUpperCase() + field.slice(1);
  return /* GraphQL */ `
    mutation ${type}($input: ${type}Input!) {
      ${field}(input: $input) { __typename ... on ${type}Payload { ${fields} } ${FAILURE} }
    }
  `;
}

export const createDisks = order('createDisks', 'disks { uuid name status }');
export const attachDisk = order('attachDisk');
export const detachDisk = order('detachDisk');
export const createDiskSnapshot = order('createDiskSnapshot', 'snapshot { uuid }');
export const rollBackDisk = order('rollBackDisk');
export const deleteDiskSnapshot = order('deleteDiskSnapshot');
export const deleteDisks = order('deleteDisks');
export const createDataImages = order('createDataImages', 'images { uuid name }');
export const createVault = change('createVault', 'vault { uuid }');
export const createWholeImage = order('createWholeImage', 'image { uuid }');
export const restoreBackup = order('restoreBackup');
export const deleteBackup = order('deleteBackup');
export const changeServerOs = order('changeServerOs');
export const reinstallServer = order('reinstallServer');
export const launchBareMetalServers = order('launchBareMetalServers', 'servers { uuid name }');
export const operateBareMetalServers = order('operateBareMetalServers');
export const createVpc = change('createVpc', 'vpc { uuid }');
export const createSubnet = change('createSubnet', 'subnet { uuid }');
export const deleteSubnet = change('deleteSubnet', '__typename');
export const deleteVpc = change('deleteVpc', '__typename');
export const allocatePublicAddress = change('allocatePublicAddress', 'publicAddress { uuid address }');
export const bindPublicAddress = change('bindPublicAddress', 'publicAddress { uuid address }');
export const unbindPublicAddress = change('unbindPublicAddress', 'publicAddress { uuid }');
export const releasePublicAddress = change('releasePublicAddress', '__typename');
export const verifyDisks = order('verifyDisks');

export const capabilities = /* GraphQL */ `
  query Capabilities { cloud { capabilities { name available reason } } }
`;

export const attachments = /* GraphQL */ `
  query Attachments($id: ID!) {
    server(id: $id) { attachments { device bootIndex disk { uuid name size type status } } }
  }
`;

export const readDiskFile = /* GraphQL */ `
  query ReadDiskFile($serverId: ID!, $diskId: ID, $path: String!) {
    serverFile(serverId: $serverId, diskId: $diskId, path: $path) { text }
  }
`;

export const vaultBackups = /* GraphQL */ `
  query VaultBackups($vaultId: ID!) {
    vault(id: $vaultId) { used }
    backups(first: 10, filter: { vaultId: $vaultId }) {
      edges { node { uuid status incremental stored frozenMs parts { uuid device stored checksum } } }
    }
  }
`;

export const imageDiff = /* GraphQL */ `
  query ImageDiff($id: ID!, $other: ID!, $path: String!) {
    image(id: $id) { diff(other: $other, path: $path) { differences { path change aspects } next } }
  }
`;

export const bareMetalImages = /* GraphQL */ `
  query BareMetalImages {
    images(first: 10, filter: { relation: PUBLIC, kind: BARE_METAL }) { edges { node { uuid name osVersion } } }
  }
`;

export const bareMetalFlavors = /* GraphQL */ `
  query BareMetalFlavors { flavors(kind: BARE_METAL) { name machine { bootType } } }
`;

export const bareMetalServer = /* GraphQL */ `
  query BareMetalServer($id: ID!) {
    server(id: $id) { uuid status ... on BareMetalServer { powerState provisionState bootOrder } }
  }
`;

export const usage = /* GraphQL */ `
  query Usage { usage { total { logical stored shared } images { stored } backups { stored } } }
`;
