import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count, word } from '../../option-values.ts';
import {
  createSecurityGroup,
  createSecurityGroupRule,
  deleteSecurityGroup,
  deleteSecurityGroupRule,
  listSecurityGroups,
  type SecurityGroup,
} from '../../queries/networks.ts';
import { DEFAULT_LIMIT, showParts } from '../../show-list.ts';
import { groupCalled } from './called.ts';

export function defineGroups(command: Command, cli: Cli): void {
  command
    .command('groups')
    .summary('the tenant’s security groups, with their rules')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action(({ limit = DEFAULT_LIMIT }: { limit?: number }) => list(cli, limit));
  command
    .command('create-group')
    .summary('make a security group')
    .argument('<name>', 'its name')
    .action((name: string) => create(cli, name));
  command
    .command('delete-group')
    .summary('delete a security group that is not in use')
    .argument('<group>', 'its name or id')
    .action((group: string) => remove(cli, group));
  for (const [name, does, action] of [
    ['allow', 'lets traffic through', 'ALLOW'],
    ['deny', 'stops traffic', 'DENY'],
  ] as const)
    command
      .command(name)
      .summary(`add a rule to a security group that ${does}`)
      .argument('<group>', 'its name or id')
      .argument('<direction>', 'ingress or egress', word(['INGRESS', 'EGRESS']))
      .option('--protocol <protocol>', 'tcp, udp, icmp or a number (default: all)')
      .option('--port <port>', 'a port, or the first of several', count)
      .option('--last-port <port>', 'the last of several', count)
      .option('--ports <list>', 'up to 20 ports and ranges instead: 22,80,8000-8080')
      .option('--priority <number>', '1, the highest, to 100 (default: 1)', count)
      .option('--from-or-to <range>', 'range of the other side (default: anybody)')
      .action((group: string, direction: string, options: RuleOptions) => addRule(cli, { group, direction, action, ...options }));
  command
    .command('disallow')
    .summary('take a rule away')
    .argument('<rule>', 'its id, as `cloudyard networks groups` shows it')
    .action((rule: string) => disallow(cli, rule));
}

async function list(cli: Cli, limit: number): Promise<void> {
  showParts(cli, 'security group', await listSecurityGroups(await cli.client(), limit), rulesOf, [
    { title: 'name', value: ({ group }) => group.name },
    { title: 'id', value: ({ group }) => group.uuid },
    { title: 'priority', value: ({ rule }) => rule?.priority, align: 'right' },
    { title: 'rule', value: ({ rule }) => rule && ruleInWords(rule) },
    { title: 'id of the rule', value: ({ rule }) => rule?.uuid },
  ]);
}

interface GroupRule {
  readonly group: SecurityGroup;
  readonly rule: SecurityGroup['rules'][number] | undefined;
}

/** A group without rules has a line, too. */
const rulesOf = (group: SecurityGroup): GroupRule[] =>
  group.rules.length === 0 ? [{ group, rule: undefined }] : group.rules.map(rule => ({ group, rule }));

/** `in tcp 22 from 10.0.0.0/8`, `deny in tcp 22 from all` */
function ruleInWords(rule: SecurityGroup['rules'][number]): string {
  const { direction, etherType, protocol, action, portMin, portMax, multiport, remoteCidr, remoteGroup } = rule;
  const range = portMax === null || portMax === portMin ? portMin : `${portMin}-${portMax}`;
  const ports = multiport ?? range;
  const [way, side] = direction === 'INGRESS' ? ['in', 'from'] : ['out', 'to'];
  const version = etherType === 'IPV6' ? ' IPv6' : '';
  const words = [`${way}${version}`, protocol ?? 'all', ports, side, remoteCidr ?? remoteGroup?.name ?? 'all'];
  return [...(action === 'DENY' ? ['deny'] : []), ...words].filter(word => word !== null).join(' ');
}

async function create(cli: Cli, name: string): Promise<void> {
  const payload = await createSecurityGroup(await cli.client(), { name });
  cli.show(payload, () => [`security group ${name}: ${payload.securityGroup.uuid}`]);
}

async function remove(cli: Cli, group: string): Promise<void> {
  const client = await cli.client();
  const payload = await deleteSecurityGroup(client, { securityGroupId: await groupCalled(client, group) });
  cli.show(payload, () => [`security group ${group} is deleted`]);
}

interface RuleOptions {
  readonly protocol?: string;
  readonly port?: number;
  readonly lastPort?: number;
  readonly ports?: string;
  readonly priority?: number;
  readonly fromOrTo?: string;
}

interface Rule extends RuleOptions {
  readonly group: string;
  readonly direction: string;
  readonly action: string;
}

async function addRule(cli: Cli, { group, port, lastPort, ports, fromOrTo, ...rule }: Rule): Promise<void> {
  const client = await cli.client();
  const payload = await createSecurityGroupRule(client, {
    securityGroupId: await groupCalled(client, group),
    ...rule,
    portMin: port,
    portMax: lastPort ?? port,
    multiport: ports,
    remoteCidr: fromOrTo,
  });
  cli.show(payload, () => [`rule ${payload.ruleUuid}`]);
}

async function disallow(cli: Cli, ruleId: string): Promise<void> {
  const payload = await deleteSecurityGroupRule(await cli.client(), { ruleId });
  cli.show(payload, () => [`rule ${ruleId} is gone`]);
}
