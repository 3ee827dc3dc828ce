/**
 * The story's GraphQL: told by the demo, checked by the end-to-end test, and ready in GraphiQL as examples.
 * Ids in the variables are those of the cloud or global ones.
 */

const JOB = 'job { uuid type status progress step error { code message } }';
const FAILURE = '... on Error { __typename code message field }';

export const publicImages = /* GraphQL */ `
  query PublicImages($filter: ImageFilter) {
    images(first: 50, filter: $filter, orderBy: { by: NAME, direction: ASC }) {
      totalCount
      edges { node { uuid name osType osVersion platform userData diskHotSwap minDisk content } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

export const createKeyPair = /* GraphQL */ `
  mutation CreateKeyPair($input: CreateKeyPairInput!) {
    createKeyPair(input: $input) {
      __typename
      ... on CreateKeyPairPayload { privateKey keyPair { name fingerprint publicKey } }
      ${FAILURE}
    }
  }
`;

export const launchServers = /* GraphQL */ `
  mutation Launch($input: LaunchServersInput!) {
    launchServers(input: $input) {
      __typename
      ... on LaunchServersPayload { ${JOB} servers { uuid name status } }
      ${FAILURE}
    }
  }
`;

export const jobProgress = /* GraphQL */ `
  subscription JobProgress($jobId: ID!, $after: String) {
    jobProgress(jobId: $jobId, after: $after) {
      progress
      job { uuid type status step error { code message } }
      subJob { step }
    }
  }
`;

export const server = /* GraphQL */ `
  query Server($id: ID!) {
    server(id: $id) {
      uuid
      name
      status
      flavor { name vcpus ram }
      sshPort
      tags { key value }
      disks { name size type device }
      ports { address }
    }
  }
`;

export const writeFile = /* GraphQL */ `
  mutation WriteFile($input: WriteServerFileInput!) {
    writeServerFile(input: $input) { __typename ${FAILURE} }
  }
`;

export const readFile = /* GraphQL */ `
  query ReadFile($serverId: ID!, $path: String!) {
    serverFile(serverId: $serverId, path: $path) { size base64 }
  }
`;

export const runCommand = /* GraphQL */ `
  mutation RunCommand($input: RunServerCommandInput!) {
    runServerCommand(input: $input) {
      __typename
      ... on RunServerCommandPayload { exitCode stdout stderr }
      ${FAILURE}
    }
  }
`;

export const createImage = /* GraphQL */ `
  mutation CreateImage($input: CreateImageInput!) {
    createImage(input: $input) {
      __typename
      ... on CreateImagePayload { ${JOB} image { uuid name status } }
      ${FAILURE}
    }
  }
`;

export const image = /* GraphQL */ `
  query Image($id: ID!) {
    image(id: $id) { uuid name status checksum size minDisk owner { uuid } tags { key value } members { status tenant { uuid } } }
  }
`;

export const images = /* GraphQL */ `
  query Images($filter: ImageFilter) {
    images(first: 50, filter: $filter) { edges { node { uuid name status owner { uuid name } } } }
  }
`;

export const shareImages = /* GraphQL */ `
  mutation Share($input: ShareImagesInput!) {
    shareImages(input: $input) { __typename ... on ShareImagesPayload { ${JOB} } ${FAILURE} }
  }
`;

export const unshareImages = /* GraphQL */ `
  mutation Unshare($input: UnshareImagesInput!) {
    unshareImages(input: $input) { __typename ... on UnshareImagesPayload { ${JOB} } ${FAILURE} }
  }
`;

export const answerShares = /* GraphQL */ `
  mutation Answer($input: AnswerSharesInput!) {
    answerShares(input: $input) { __typename ... on AnswerSharesPayload { ${JOB} } ${FAILURE} }
  }
`;

export const updateImage = /* GraphQL */ `
  mutation UpdateImage($input: UpdateImageInput!) {
    updateImage(input: $input) { __typename ... on UpdateImagePayload { image { uuid name } } ${FAILURE} }
  }
`;

export const deleteImage = /* GraphQL */ `
  mutation DeleteImage($input: DeleteImageInput!) {
    deleteImage(input: $input) { __typename ... on DeleteImagePayload { ${JOB} } ${FAILURE} }
  }
`;

const powerAction = (field: 'startServers' | 'stopServers' | 'rebootServers'): string => {
  const type = field.charAt(0).toUpperCase() + field.slice(1);
  return `mutation Power($input: ${type}Input!) { ${field}(input: $input) { __typename ... on ${type}Payload { ${JOB} } ${FAILURE} } }`;
};
export const startServers = powerAction('startServers');
export const stopServers = powerAction('stopServers');
export const rebootServers = powerAction('rebootServers');

export const resizeServer = /* GraphQL */ `
  mutation Resize($input: ResizeServerInput!) {
    resizeServer(input: $input) { __typename ... on ResizeServerPayload { ${JOB} } ${FAILURE} }
  }
`;

export const updateServer = /* GraphQL */ `
  mutation Rename($input: UpdateServerInput!) {
    updateServer(input: $input) { __typename ... on UpdateServerPayload { server { uuid name } } ${FAILURE} }
  }
`;

export const setServerTags = /* GraphQL */ `
  mutation Tag($input: SetServerTagsInput!) {
    setServerTags(input: $input) { __typename ... on SetServerTagsPayload { server { tags { key value } } } ${FAILURE} }
  }
`;

export const deleteServers = /* GraphQL */ `
  mutation DeleteServers($input: DeleteServersInput!) {
    deleteServers(input: $input) { __typename ... on DeleteServersPayload { ${JOB} } ${FAILURE} }
  }
`;

export const servers = /* GraphQL */ `
  query Servers { servers(first: 100) { edges { node { uuid name status } } } }
`;

export const jobEvents = /* GraphQL */ `
  query JobEvents($after: String) {
    events(first: 500, after: $after) { edges { node { cursor kind resourceUuid payload } } }
  }
`;

export const addFaultRule = /* GraphQL */ `
  mutation Hold($input: AddFaultRuleInput!) {
    addFaultRule(input: $input) { __typename ... on AddFaultRulePayload { faultRule { uuid } } ${FAILURE} }
  }
`;

export const removeFaultRule = /* GraphQL */ `
  mutation Release($input: RemoveFaultRuleInput!) {
    removeFaultRule(input: $input) { __typename ${FAILURE} }
  }
`;
