/**
 * Walks every path of the schema as a stranger: each field of each type, each argument that takes an id filled with the ids of tenant A's
 * things. Nothing of A's may come out: neither an id, nor a name, nor a secret.
 */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EVERYONE, type NewEvent } from '../emulator/events/event.ts';
import { untilJobEnds } from '../emulator/jobs/until-job-ends.ts';
import { schema } from '../src/graphql/schema.ts';
import { type Data, events, launch, makeImage, type OpenGateway, openGateway, tenants, tokens } from './open-gateway.ts';

// Thousands of requests.
vi.setConfig({ testTimeout: 240_000 });

/** Part of everything that A gave a name. */
const WORD = 'mark-';

let gateway: OpenGateway;
/** Ids of A's things by type, and words that are A's only. */
let ids: Record<string, string[]>;
let marks: string[];

beforeAll(async () => {
  gateway = await openGateway();
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

/** Every field down to a depth that needs no arguments. */
function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (isUnionType(type)) {
    const payload = type.getTypes().find(({ name }) => name.endsWith('Payload'));
    return `{ __typename ... on Error { code message } ${payload ? `... on ${payload.name} ${selectionOf(payload, depth)}` : ''} }`;
  }
  return isLeafType(type) ? '' : `{ __typename ${fieldsOf(type, depth).join(' ')} }`;
}

/** The fields of a type that need no arguments, each with what is below it. */
function fieldsOf(type: GraphQLNamedType, depth: number): string[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const free = Object.values(type.getFields()).filter(({ args }) => !args.some(arg => isNonNullType(arg.type)));
  return free.flatMap(field => {
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return [field.name];
    return depth === 0 ? [] : [`${field.name}${pageOf(field)} ${selectionOf(inner, depth - 1)}`];
  });
}

/** A short page, where there are pages: the cost of long ones adds up. */
const pageOf = ({ args }: GraphQLField<unknown, unknown>): string =>
  args.some(({ name }) => name === 'first') ? '(first: 3)' : '';

/** Words in one selection: a document has at most 2000 tokens, and what it costs is limited, too. */
const LONGEST = 250;

/** What to ask of a field: where anything can come out, each type by itself; in several documents where one would be too long. */
function selectionsOf(type: GraphQLNamedType, depth: number): string[] {
  if (isInterfaceType(type) && type.name === 'Node')
    return schema
      .getPossibleTypes(type)
      .flatMap(member => packed(fieldsOf(member, depth - 1)).map(fields => `{ __typename ... on ${member.name} { ${fields} } }`));
  if (isObjectType(type) || isInterfaceType(type)) return packed(fieldsOf(type, depth)).map(fields => `{ __typename ${fields} }`);
  return [selectionOf(type, depth)];
}

function packed(fields: readonly string[]): string[] {
  const selections: string[] = [''];
  for (const field of fields) {
    const together = `${selections.at(-1)} ${field}`;
    if (together.split(/\s+/).length > LONGEST) selections.push(field);
    else selections[selections.length - 1] = together;
  }
  return selections;
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

function typeNamed(name: string): GraphQLNamedType {
  const type = schema.getType(name);
  if (!type) throw new Error(`the schema has no type ${name}`);
  return type;
}

const takesId = ({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>): boolean =>
  getNamedType(type).name === 'ID' || (isInputObjectType(getNamedType(type)) && name === 'filter');

interface Walk {
  readonly name: string;
  /** In the cloud. */
  readonly id: string;
  readonly isKeyPair: boolean;
  readonly query: string;
  readonly variables: object;
}

/** One operation for each field of a root type, each id of A's, and each type that may come out. */
function walksOf(kind: 'query' | 'mutation' | 'subscription', field: GraphQLField<unknown, unknown>, depth: number): Walk[] {
  const args = field.args.filter(arg => isNonNullType(arg.type) || takesId(arg));
  const candidates =
    args.length === 0 ? [''] : Object.values(ids).flatMap(list => list.slice(0, 2).flatMap(id => [id, bare(id)]));
  const declared = args.map(arg => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = args.map(arg => `${arg.name}: $${arg.name}`).join(', ');
  return selectionsOf(getNamedType(field.type), depth).flatMap(selection =>
    candidates.map(id => ({
      name: `${field.name}(${id})`,
      id: bare(id),
      isKeyPair: id.startsWith('KeyPair:'),
      query: `${kind}${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`} ${selection} }`,
      variables: Object.fromEntries(args.map(arg => [arg.name, valueFor(arg.name, arg.type, id)])),
    })),
  );
}

/** Marks of A's in what came out. An error may repeat the id that the stranger wrote. */
function findings(answer: { data?: Data; errors?: Data }): string[] {
  const text = JSON.stringify(answer.data ?? null, (_key, value) =>
    String(value?.__typename).endsWith('Error') ? { ...value, message: undefined } : value,
  );
  return marks.filter(mark => text.includes(mark) || (mark === WORD && JSON.stringify(answer).includes(mark)));
}

/** The walk itself went well: no operation of ours was refused for its form. */
function requireCarriedOut({ status, errors }: { status?: number; errors?: Data }, { name }: Walk): void {
  expect(status ?? 200, `${name}: ${JSON.stringify(errors)}`).toBeLessThan(500);
  const codes: string[] = (errors ?? []).map((error: Data) => error.extensions.code);
  expect(
    codes.filter(code => !/^(BackupService|IMG|Ecs|BMS|EVS|VPC|IAM|APIGW|Cloudyard)\./.test(code)),
    `${name}: ${JSON.stringify(errors)}`,
  ).toEqual([]);
}

test('the walk finds what there is: A itself sees all of it', async () => {
  const found = new Set<string>();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    for (const walk of walksOf('query', field, 3)) {
      const answer = await gateway.ask(tokens.a, walk.query, walk.variables);
      requireCarriedOut(answer, walk);
      for (const mark of findings(answer)) found.add(mark);
    }
  }
  expect([...found].sort()).toEqual([...marks].sort());
});

test('queries show nothing', async () => {
  const token = await strangersToken();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    for (const walk of walksOf('query', field, 3)) {
      const answer = await gateway.ask(token, walk.query, walk.variables);
      requireCarriedOut(answer, walk);
      expect(findings(answer), walk.name).toEqual([]);
    }
  }
});

test('mutations show nothing and change nothing', async () => {
  const token = await strangersToken();
  const before = await stateOfA();
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    for (const walk of walksOf('mutation', field, 2)) {
      const answer = await gateway.ask(token, walk.query, walk.variables);
      requireCarriedOut(answer, walk);
      expect(findings(answer), walk.name).toEqual([]);
    }
  }
  expect(await stateOfA()).toEqual(before);
});

async function stateOfA(): Promise<Data> {
  const query = `{ images(filter: { relation: OWN }) { edges { node ${selectionOf(typeNamed('Image'), 1)} } }
    servers { edges { node ${selectionOf(typeNamed('CloudServer'), 1)} } } keyPairs { edges { node ${selectionOf(typeNamed('KeyPair'), 1)} } } }`;
  return gateway.data(tokens.a, query);
}

test('subscriptions, from the beginning of the log on, show nothing', async () => {
  const token = await strangersToken();
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    for (const walk of walksOf('subscription', field, 2)) {
      const start = field.args.some(({ name }) => name === 'after') ? { 'last-event-id': `${gateway.cloud.id}.0` } : {};
      // An event for everyone about the same thing: whoever sees it has been shown all that came before.
      await gateway.cloud.transactions.run(async tx => tx.emit(endMark(field.name, walk)));
      for await (const { message } of events(gateway.url, token, walk.query, walk.variables, start)) {
        requireCarriedOut(message, walk);
        if (JSON.stringify(message).includes(END)) break;
        expect(findings(message), walk.name).toEqual([]);
      }
    }
  }
});

const END = 'end-of-walk';

function endMark(field: string, { id: resourceId, isKeyPair }: Walk): NewEvent {
  // Whoever names a key pair by its global id is told of key pairs only.
  const any = isKeyPair && field === 'events' ? 'keypair' : 'job';
  const noun = field.endsWith('Changed') ? field.slice(0, -'Changed'.length) : any;
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
