/** Networks as GraphQL shows them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, type OpenGateway, openGateway, tokens } from './open-gateway.ts';

let gateway: OpenGateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const query = (document: string): Promise<Data> => gateway.data(tokens.a, document);

test('what is there from the start is ready', async () => {
  const { vpcs, subnets, securityGroups } = await query(`{
    vpcs { edges { node { name status } } }
    subnets { edges { node { name status } } }
    securityGroups { edges { node { name rules { multiport action priority } } } }
  }`);
  expect(vpcs.edges).toEqual([{ node: { name: 'vpc-default', status: 'OK' } }]);
  expect(subnets.edges).toEqual([{ node: { name: 'subnet-default', status: 'ACTIVE' } }]);
  const rule = { multiport: null, action: 'ALLOW', priority: 100 };
  expect(securityGroups.edges).toEqual([{ node: { name: 'default', rules: [rule, rule, rule, rule] } }]);
});

test('a rule is given several ports, an action and a priority', async () => {
  const made = await query(
    'mutation { createSecurityGroup(input: { name: "web" }) { ...on CreateSecurityGroupPayload { securityGroup { id } } } }',
  );
  const { id } = made.createSecurityGroup.securityGroup;
  const create = async (input: string): Promise<Data> => {
    const answer = await query(`mutation {
      createSecurityGroupRule(input: { securityGroupId: "${id}", direction: INGRESS, protocol: "tcp", ${input} }) {
        ... on CreateSecurityGroupRulePayload {
          ruleUuid securityGroup { rules { uuid portMin portMax multiport action priority } }
        }
        ... on Error { code field }
      }
    }`);
    const { ruleUuid, securityGroup, ...failure } = answer.createSecurityGroupRule;
    return securityGroup?.rules.find(({ uuid }: { uuid: string }) => uuid === ruleUuid) ?? failure;
  };
  expect(await create('multiport: "80,22", action: DENY, priority: 3')).toMatchObject({
    portMin: null,
    portMax: null,
    multiport: '22,80',
    action: 'DENY',
    priority: 3,
  });
  expect(await create('portMin: 1, portMax: 9')).toMatchObject({ multiport: '1-9', action: 'ALLOW', priority: 1 });
  expect(await create('multiport: "0"')).toEqual({ code: 'VPC.9901', field: 'multiport' });
  expect(await create('priority: 101')).toEqual({ code: 'VPC.9901', field: 'priority' });
});

test('ports and elastic IPs show their status', async () => {
  const { subnets } = await query('{ subnets { edges { node { id } } } }');
  const { createPort } = await query(`mutation {
    createPort(input: { subnetId: "${subnets.edges[0].node.id}" }) { ... on CreatePortPayload { port { status publicAddress { status } } } }
  }`);
  expect(createPort.port).toEqual({ status: 'DOWN', publicAddress: null });
  const allocate = async (input: string): Promise<Data> => {
    const answer = await query(`mutation {
      allocatePublicAddress(input: { ${input} }) {
        ... on AllocatePublicAddressPayload { publicAddress { status type bandwidthShareType port { status } } }
        ... on Error { code field }
      }
    }`);
    return answer.allocatePublicAddress;
  };
  expect(await allocate('type: MAIL_BGP, bandwidthShareType: PER')).toEqual({
    publicAddress: { status: 'DOWN', type: 'MAIL_BGP', bandwidthShareType: 'PER', port: null },
  });
  expect(await allocate('bandwidthShareType: WHOLE')).toEqual({ code: 'VPC.0301', field: 'bandwidthShareType' });
});
