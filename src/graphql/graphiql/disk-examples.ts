/** The second part of the ready operations: disks, backups and the images on them, bare metal, looking inside. */
import { publicImageId } from '../../../emulator/images/public-image-id.ts';
import type { Example } from './example.ts';

const demoImage = `Image:${publicImageId('Standard_Debian_12_latest')}`;
const server = 'CloudServer: (its id)';

export const diskExamples: readonly Example[] = [
  {
    query: `# 10. A disk of your own: made with a file system, attached to a running server at /mnt/vdb.
mutation MakeDisk($disk: CreateDisksInput!) {
  createDisks(input: $disk) {
    ... on CreateDisksPayload {
      job { id }
      disks { id name status }
    }
    ... on Error { code message field }
  }
}

mutation Attach($attach: AttachDiskInput!) {
  attachDisk(input: $attach) {
    ... on AttachDiskPayload { job { id } }
    ... on Error { code message field }
  }
}

query Disks {
  disks(first: 20) {
    edges {
      node { id name size type status attachments { device server { name } } usage { logical stored shared } }
    }
  }
}`,
    variables: {
      disk: { name: 'data', size: 10, type: 'SSD', fileSystem: 'EXT4' },
      attach: { serverId: server, diskId: 'Disk: (its id)' },
    },
  },
  {
    query: `# 11. A full-ECS image: all disks of a server as of one moment, on a differential backup in a vault.
mutation MakeVault($vault: CreateVaultInput!) {
  createVault(input: $vault) {
    ... on CreateVaultPayload { vault { id name } }
    ... on Error { code message field }
  }
}

mutation MakeImage($image: CreateWholeImageInput!) {
  createWholeImage(input: $image) {
    ... on CreateWholeImagePayload {
      job { id }
      image { id name status }
    }
    ... on Error { code message field }
  }
}

query Backups {
  backups(first: 20) {
    edges {
      node { id name status incremental stored frozenMs parts { device stored checksum } image { id name } }
    }
  }
}`,
    variables: {
      vault: { name: 'vault', size: 100 },
      image: { name: 'whole', serverId: server, vaultId: 'Vault: (its id)' },
    },
  },
  {
    query: `# 12. Look into an image without launching anything, and compare two.
query LookInside($image: ID!, $other: ID!) {
  image(id: $image) {
    usage { logical stored shared }
    files(path: "/etc") { name type size mode }
    diff(other: $other) {
      differences { path change aspects }
      next
    }
    derivedImages(first: 10) { id name }
    servers(first: 10) { id name }
  }
  usage { total { logical stored shared } images { stored } backups { stored } }
}`,
    variables: { image: demoImage, other: 'Image: (another one)' },
  },
  {
    query: `# 13. Bare metal: its images, its machines, and their power.
query BareMetal {
  images(first: 10, filter: { kind: BARE_METAL, relation: PUBLIC }) {
    edges { node { id name osVersion } }
  }
  flavors(kind: BARE_METAL) { name vcpus ram machine { bootType } }
}

mutation Provision($metal: LaunchBareMetalServersInput!) {
  launchBareMetalServers(input: $metal) {
    ... on LaunchBareMetalServersPayload {
      job { id }
      servers { id name }
    }
    ... on Error { code message field }
  }
}

mutation Power($power: OperateBareMetalServersInput!) {
  operateBareMetalServers(input: $power) {
    ... on OperateBareMetalServersPayload { job { id } }
    ... on Error { code message field }
  }
}`,
    variables: {
      metal: { name: 'metal', imageId: 'Image: (one for bare metal)', flavorId: '(a machine that boots from its own disk)' },
      power: { serverIds: ['BareMetalServer: (its id)'], action: 'POWER_OFF' },
    },
  },
];
