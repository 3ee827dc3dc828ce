/** The first part of the ready operations: the story of an image that travels from one tenant's server to another's. */
import { publicImageId } from '../../../emulator/images/public-image-id.ts';
import type { Example } from './example.ts';

const demoImage = `Image:${publicImageId('Standard_Debian_12_latest')}`;
const server = 'CloudServer: (its id)';
const image = 'Image: (its id)';
const job = 'Job: (its id)';
const tenantB = 'Tenant:b0000000000000000000000000000001';

export const imageExamples: readonly Example[] = [
  {
    query: `# 1. Tenant A looks around: public images, flavors, quotas.
# The bar above says who you are; take demo-a. Every name has its documentation: hover it.
query LookAround {
  images(first: 10, filter: { relation: PUBLIC, osType: LINUX }, orderBy: { by: NAME, direction: ASC }) {
    totalCount
    edges {
      node {
        id
        name
        osVersion
        platform
        minDisk
        minRam
        userData
        content
      }
    }
  }
  flavors(availabilityZone: "eu-de-01") {
    name
    vcpus
    ram
  }
  quotas {
    resource
    used
    limit
  }
}`,
    variables: {},
  },
  {
    query: `# 2. A makes a key pair and launches a server.
mutation MakeKeyPair {
  createKeyPair(input: { name: "demo" }) {
    ... on CreateKeyPairPayload {
      keyPair {
        name
        fingerprint
      }
      privateKey
    }
    ... on Error {
      code
      message
    }
  }
}

mutation Launch($input: LaunchServersInput!) {
  launchServers(input: $input) {
    ... on LaunchServersPayload {
      job {
        id
      }
      servers {
        id
        name
        status
      }
    }
    ... on Error {
      code
      message
      field
    }
  }
}`,
    variables: {
      input: {
        name: 'web',
        imageId: demoImage,
        flavorId: 's3.medium.2',
        systemDisk: { type: 'SSD', size: 10 },
        keyName: 'demo',
        adminPassword: 'Cloudyard-42',
        userData: Buffer.from('#!/bin/sh\necho hello > /root/hello\n').toString('base64'),
      },
    },
  },
  {
    query: `# 3. Watch a job to its end. Cut off? Come back with after: the last extensions.cursor.
subscription Watch($jobId: ID!, $after: String) {
  jobProgress(jobId: $jobId, after: $after) {
    progress
    kind
    job {
      type
      status
      step
    }
    subJob {
      type
      status
      step
      progress
      error {
        code
        message
      }
    }
  }
}`,
    variables: { jobId: job, after: null },
  },
  {
    query: `# 4. A writes a file on the server, reads it, runs a command (where servers have processes).
mutation WriteFile($serverId: ID!) {
  writeServerFile(input: { serverId: $serverId, path: "/srv/message.txt", text: "from A\\n" }) {
    ... on WriteServerFilePayload {
      path
      size
    }
    ... on Error {
      code
      message
    }
  }
}

query ReadFile($serverId: ID!) {
  serverFile(serverId: $serverId, path: "/srv/message.txt") {
    text
    size
  }
  serverFiles(serverId: $serverId, path: "/srv") {
    name
    type
    mode
    size
  }
}

mutation Run($serverId: ID!) {
  runServerCommand(input: { serverId: $serverId, command: ["cat", "/srv/message.txt"] }) {
    ... on RunServerCommandPayload {
      exitCode
      stdout
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: { serverId: server },
  },
  {
    query: `# 5. A makes a system disk image of the server, running or stopped. Watch its job as in 3.
mutation MakeImage($serverId: ID!) {
  createImage(input: { serverId: $serverId, name: "golden", tags: [{ key: "stage", value: "demo" }] }) {
    ... on CreateImagePayload {
      job {
        id
      }
      image {
        id
        status
      }
    }
    ... on Error {
      code
      message
      field
    }
  }
}`,
    variables: { serverId: server },
  },
  {
    query: `# 6. A shares the image with B; later A stops sharing it.
mutation Share($imageId: ID!, $tenantId: ID!) {
  shareImages(input: { imageIds: [$imageId], tenantIds: [$tenantId] }) {
    ... on ShareImagesPayload {
      job {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}

mutation StopSharing($imageId: ID!, $tenantId: ID!) {
  unshareImages(input: { imageIds: [$imageId], tenantIds: [$tenantId] }) {
    ... on UnshareImagesPayload {
      job {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: { imageId: image, tenantId: tenantB },
  },
  {
    query: `# 7. Switch to demo-b in the bar above. B finds the image, answers, launches from it as in 2.
query Pending {
  images(first: 10, filter: { memberStatus: PENDING }) {
    edges {
      node {
        id
        name
        owner {
          domainName
        }
      }
    }
  }
}

mutation Answer($imageId: ID!, $answer: ShareAnswer!) {
  answerShares(input: { imageIds: [$imageId], status: $answer }) {
    ... on AnswerSharesPayload {
      job {
        id
      }
      images {
        name
        memberStatus
      }
    }
    ... on Error {
      code
      message
    }
  }
}

query Shared {
  images(first: 10, filter: { relation: SHARED }) {
    edges {
      node {
        id
        name
        checksum
      }
    }
  }
}`,
    variables: { imageId: image, answer: 'ACCEPTED' },
  },
  {
    query: `# 8. Power, name, tags, flavor. A server has to be shut off to be resized.
mutation Stop($serverId: ID!) {
  stopServers(input: { serverIds: [$serverId] }) {
    ... on StopServersPayload {
      job {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}

mutation Resize($serverId: ID!) {
  resizeServer(input: { serverId: $serverId, flavorId: "s3.large.2" }) {
    ... on ResizeServerPayload {
      job {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}

mutation Start($serverId: ID!) {
  startServers(input: { serverIds: [$serverId] }) {
    ... on StartServersPayload {
      job {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}

mutation Rename($serverId: ID!) {
  updateServer(input: { serverId: $serverId, name: "renamed" }) {
    ... on UpdateServerPayload {
      server {
        name
        hostname
      }
    }
    ... on Error {
      code
      message
    }
  }
  setServerTags(input: { serverId: $serverId, tags: [{ key: "stage", value: "demo" }] }) {
    ... on SetServerTagsPayload {
      server {
        tags {
          key
          value
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: { serverId: server },
  },
  {
    query: `# 9. All is deleted. What came from the image keeps running.
mutation DeleteImage($imageId: ID!) {
  deleteImage(input: { imageId: $imageId }) {
    ... on DeleteImagePayload {
      deletedImageId
    }
    ... on Error {
      code
      message
    }
  }
}

mutation DeleteServer($serverId: ID!) {
  deleteServers(input: { serverIds: [$serverId] }) {
    ... on DeleteServersPayload {
      job {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: { imageId: image, serverId: server },
  },
];
