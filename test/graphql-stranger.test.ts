/**
 * Walks every path of the schema as a stranger: each field of each type, each argument that takes an id filled with the ids of tenant A's
 * things. Nothing of A's may come out: neither an id, nor a name, nor a secret.
 */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EVERYONE, type NewEvent } from '../emulator/events/event.ts';
import { untilJobEnds } from '../emulator/jobs/until-job-ends.ts';
import { schema } from '../src/graphql/schema.ts';
import {
  type Data,
  events,
  launch,
  makeImage,
  type OpenGateway,
  openGateway,
  publicImage,
  tenants,
  tokens,
} from './open-gateway.ts';
import { documentsFor } from './schema-documents.ts';

// Thousands of requests.
vi.setConfig({ testTimeout: 240_000 });

/** Part of everything that A gave a name. */
const WORD = 'mark-';

let gateway: OpenGateway;
/** Ids of A's things by type, and words that are A's only. */
let ids: Record<string, string[]>;
let marks: string[];
/** Of an image that everyone sees. */
let publicId: string;

beforeAll(async () => {
  gateway = await openGateway();
  publicId = await publicImage(gateway);
  await gateway.data(tokens.a, 'mutation { createKeyPair(input: { name: "mark-key" }) { ... on Error { message } } }');
  const server = await launch(gateway, tokens.a, {
    name: 'mark-server',
    keyName: 'mark-key',
    description: 'mark-description',
    tags: [{ key: 'mark-tag', value: 'mark-value' }],
    metadata: [{ key: 'mark-meta', value: 'x' }],
  });
  const image = await makeImage(gateway, tokens.a, server.id, 'mark-image');
  await gateway.data(
    tokens.a,
    'mutation { allocatePublicAddress(input: { bandwidthName: "mark-band" }) { ... on Error { message } } }',
  );
  await gateway.data(tokens.a, 'mutation { createSecurityGroup(input: { name: "mark-group" }) { ... on Error { message } } }');
  await gateway.data(
    tokens.a,
    `mutation { createBackupPolicy(input: { name: "mark-policy", everyHours: 24 }) { ... on Error { message } }
       createVault(input: { name: "mark-vault", size: 100, resources: [{ id: "${server.id}" }], tags: [{ key: "mark-tag" }] }) {
         ... on Error { message } } }`,
  );
  const [vault] = (await gateway.data(tokens.a, '{ vaults { edges { node { id } } } }')).vaults.edges;
  const run = await gateway.data(
    tokens.a,
    `mutation { createCheckpoint(input: { vaultId: "${vault.node.id}" }) { ... on CreateCheckpointPayload { job { uuid } } ... on Error { message } } }`,
  );
  await untilJobEnds(gateway.cloud, run.createCheckpoint.job.uuid);
  const own = await gateway.data(
    tokens.a,
    `{ vaults { edges { node { id } } } checkpoints { edges { node { id } } } backupPolicies { edges { node { id } } }
       backups { edges { node { id parts { id } } } } disks { edges { node { id } } } vpcs { edges { node { id } } } subnets { edges { node { id } } } ports { edges { node { id } } }
       securityGroups { edges { node { id } } } publicAddresses { edges { node { id } } }
       jobs(filter: { topLevel: false }) { edges { node { id } } } }`,
  );
  const idsOf = (list: string): string[] => own[list].edges.map(({ node }: { node: { id: string } }) => node.id);
  ids = {
    Image: [image.id],
    CloudServer: [server.id],
    KeyPair: ['KeyPair:mark-key'],
    Disk: idsOf('disks'),
    Vpc: idsOf('vpcs'),
    Subnet: idsOf('subnets'),
    Port: idsOf('ports'),
    SecurityGroup: idsOf('securityGroups'),
    PublicAddress: idsOf('publicAddresses'),
    Vault: idsOf('vaults'),
    Checkpoint: idsOf('checkpoints'),
    BackupPolicy: idsOf('backupPolicies'),
    Backup: own.backups.edges.flatMap(({ node }: Data) => [node.id, ...node.parts.map(({ id }: Data) => id)]),
    Job: idsOf('jobs'),
    Tenant: [`Tenant:${tenants.a}`],
  };
  // The id of a tenant is what one shares images with, and the name of a key pair is A's own word: neither is a secret.
  marks = [
    WORD,
    ...Object.entries(ids).flatMap(([type, list]) => (type === 'Tenant' || type === 'KeyPair' ? [] : list.map(bare))),
  ];
  await gateway.data(
    tokens.admin,
    'mutation { createDomain(input: { name: "stranger", user: { name: "eve", password: "Stranger-1" } }) { ... on Error { message } } }',
  );
});
afterAll(() => gateway.close());

const bare = (id: string): string => id.slice(id.indexOf(':') + 1);

async function strangersToken(): Promise<string> {
  const { data } = await gateway.ask(
    undefined,
    'mutation { login(input: { domain: "stranger", user: "eve", password: "Stranger-1", regionId: "eu-de" }) { ... on LoginPayload { token } } }',
  );
  return data.login.token;
}

/** Values for an input: the ids of A's things wherever an id is asked for. `which` chooses among them. */
function valueFor(name: string, type: GraphQLInputType, id: string): unknown {
  if (isNonNullType(type)) return valueFor(name, type.ofType, id);
  if (isListType(type)) return [valueFor(name, type.ofType, id)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const wanted = type.isOneOf ? fields.slice(0, 1) : fields.filter(field => isNonNullType(field.type) || takesId(field));
    return Object.fromEntries(wanted.map(field => [field.name, valueFor(field.name, field.type, id)]));
  }
  const scalar: Record<string, unknown> = { ID: id, Int: 1, Float: 1, Boolean: false, Bytes: 0 };
  return scalar[getNamedType(type).name] ?? (name === 'path' ? '/etc/hostname' : 'stranger');
}

const takesId = ({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>): boolean =>
  getNamedType(type).name === 'ID' || (isInputObjectType(getNamedType(type)) && name === 'filter');

/** An id as it stands in the documents, and in the cloud. */
interface Candidate {
  readonly id: string;
  readonly bareId: string;
  readonly isKeyPair: boolean;
}

const candidate = (id: string): Candidate => ({ id, bareId: bare(id), isKeyPair: id.startsWith('KeyPair:') });

/** One operation about one of A's things. */
interface Step {
  readonly name: string;
  readonly about: Candidate;
  readonly query: string;
  readonly variables: object;
}

interface Walk {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly depth: number;
  /** Carries out a step and looks at what came out. Resolves with whether anything did: if not, no other selection brings anything either. */
  take(step: Step, field: GraphQLField<unknown, unknown>): Promise<boolean>;
}

/** Each field of a root type, with each of A's ids, and all that can come out of it. */
async function walk({ kind, depth, take }: Walk): Promise<void> {
  const root = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() };
  const nested = { path: '"/etc"', other: JSON.stringify(ids.Image?.[0]) };
  for (const field of Object.values(root[kind]?.getFields() ?? {})) {
    const args = field.args.filter(arg => isNonNullType(arg.type) || takesId(arg));
    const variablesFor = (id: string): Record<string, unknown> =>
      Object.fromEntries(args.map(arg => [arg.name, valueFor(arg.name, arg.type, id)]));
    let open = args.length === 0 ? [candidate('')] : candidates();
    for (const query of documentsFor({ schema, kind, field, args, variables: variablesFor(publicId), depth, nested })) {
      const still: Candidate[] = [];
      for (const about of open) {
        const step = { name: `${field.name}(${about.id})`, about, query, variables: variablesFor(about.id) };
        if (await take(step, field)) still.push(about);
      }
      open = still;
    }
  }
}

/** Some of A's things of each type, and one that everyone sees, to get from there to A's. */
const candidates = (): Candidate[] =>
  [...Object.values(ids).flatMap(list => list.slice(0, 2)), publicId].flatMap(id => [id, bare(id)]).map(candidate);

/** Marks of A's in what came out. An error may repeat the id that the stranger wrote. */
function findings(answer: { data?: Data; errors?: Data }): string[] {
  const text = JSON.stringify(answer.data ?? null, (_key, value) =>
    String(value?.__typename).endsWith('Error') ? { ...value, message: undefined } : value,
  );
  return marks.filter(mark => text.includes(mark) || (mark === WORD && JSON.stringify(answer).includes(mark)));
}

/** The walk itself went well: no operation of ours was refused for its form. */
function requireCarriedOut({ status, errors }: { status?: number; errors?: Data }, { name }: Step): void {
  expect(status ?? 200, `${name}: ${JSON.stringify(errors)}`).toBeLessThan(500);
  const codes: string[] = (errors ?? []).map((error: Data) => error.extensions.code);
  expect(
    codes.filter(code => !/^(BackupService|IMG|Ecs|BMS|EVS|VPC|IAM|APIGW|Cloudyard)\./.test(code)),
    `${name}: ${JSON.stringify(errors)}`,
  ).toEqual([]);
}

/** Whether there is anything to look at: what is not null, and no refusal. */
const isAnswered = ({ data }: { data?: Data }): boolean =>
  Object.values(data ?? {}).some((value: Data) => value !== null && !String(value.__typename).endsWith('Error'));

/** Asks as someone. */
const asking = (token: string, look: (found: string[], step: Step) => void) => async (step: Step) => {
  const answer = await gateway.ask(token, step.query, step.variables);
  requireCarriedOut(answer, step);
  look(findings(answer), step);
  return isAnswered(answer);
};

const nothing = (found: string[], { name }: Step): void => expect(found, name).toEqual([]);

test('the walk finds what there is: A itself sees all of it', async () => {
  const seen = new Set<string>();
  const look = (found: string[]): void => {
    for (const mark of found) seen.add(mark);
  };
  await walk({ kind: 'query', depth: 3, take: asking(tokens.a, look) });
  expect([...seen].sort()).toEqual([...marks].sort());
});

test('queries show nothing', async () => {
  await walk({ kind: 'query', depth: 3, take: asking(await strangersToken(), nothing) });
});

test('mutations show nothing and change nothing', async () => {
  const before = await stateOfA();
  await walk({ kind: 'mutation', depth: 2, take: asking(await strangersToken(), nothing) });
  expect(await stateOfA()).toEqual(before);
});

/** All rows that are A's own, but those about what is done. */
async function stateOfA(): Promise<object> {
  const { read } = gateway.cloud.database;
  const where = { tenantId: tenants.a };
  const orderBy = { id: 'asc' } as const;
  return {
    servers: await read.server.findMany({ where, orderBy, include: { ports: true, attachments: true, tags: true } }),
    images: await read.image.findMany({ where: { ownerId: tenants.a }, orderBy, include: { members: true } }),
    disks: await read.disk.findMany({ where, orderBy }),
    vaults: await read.vault.findMany({ where, orderBy, include: { resources: true, tags: true } }),
    checkpoints: await read.checkpoint.findMany({ where, orderBy }),
    backups: await read.backup.findMany({ where, orderBy, include: { members: true } }),
    policies: await read.backupPolicy.findMany({ where, orderBy }),
    keyPairs: await read.keyPair.findMany({ where }),
    vpcs: await read.vpc.findMany({ where, orderBy, include: { subnets: true } }),
    groups: await read.securityGroup.findMany({ where, orderBy, include: { rules: true } }),
    addresses: await read.publicAddress.findMany({ where, orderBy }),
  };
}

test('subscriptions, from the beginning of the log on, show nothing', async () => {
  const token = await strangersToken();
  const take = async (step: Step, field: GraphQLField<unknown, unknown>): Promise<boolean> => {
    const start = field.args.some(({ name }) => name === 'after') ? { 'last-event-id': `${gateway.cloud.id}.0` } : {};
    // An event for everyone about the same thing: whoever sees it has been shown all that came before.
    await gateway.cloud.transactions.run(async tx => tx.emit(endMark(field.name, step.about)));
    let isAnything = false;
    for await (const { message } of events(gateway.url, token, step.query, step.variables, start)) {
      requireCarriedOut(message, step);
      if (JSON.stringify(message).includes(END)) break;
      expect(findings(message), step.name).toEqual([]);
      isAnything = isAnything || isAnswered(message);
    }
    return isAnything;
  };
  await walk({ kind: 'subscription', depth: 2, take });
});

const END = 'end-of-walk';

function endMark(field: string, { bareId: resourceId, isKeyPair }: Candidate): NewEvent {
  // Whoever names a key pair by its global id is told of key pairs only.
  const heard = isKeyPair && field === 'events' ? 'keypair' : 'job';
  const noun = field.endsWith('Changed') ? field.slice(0, -'Changed'.length) : heard;
  const job = {
    type: END,
    status: 'RUNNING',
    progress: 0,
    step: null,
    entities: {},
    errorCode: null,
    failReason: null,
    parentId: null,
  };
  const times = { createdAt: new Date().toISOString(), beginAt: null, endAt: null };
  return {
    kind: `${noun}.${END}`,
    resourceType: noun,
    resourceId,
    payload: { id: resourceId, ...job, ...times, status: noun === 'job' ? 'RUNNING' : END },
    audiences: [EVERYONE],
  };
}
