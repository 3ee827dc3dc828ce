import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { distinct, gibibytes, type Tag, tag, word, yesOrNo } from '../../option-values.ts';
import * as vaults from '../../queries/vaults.ts';
import { serverCalled } from '../servers/server-called.ts';
import { policyCalled } from './policies.ts';
import { vaultCalled } from './vault-called.ts';

export function defineChanges(command: Command, cli: Cli): void {
  command
    .command('create')
    .summary('make a vault for backups of servers or of disks')
    .argument('<name>', 'name of the vault')
    .requiredOption('--size <GB>', 'its capacity: 10 GB or more', gibibytes)
    .option('--for <what>', 'server or disk (default: server)', word(vaults.backupObjects))
    .option('--add <resource...>', 'servers by name or id, or disks by id', distinct)
    .option('--policy <policy>', 'what makes backups in it by itself')
    .option('--auto-bind', 'let its policy put in what no vault protects')
    .option('--auto-expand', 'let it grow where a backup does not fit')
    .option('--description <words>', 'words of yours')
    .option('--tag <key=value>', 'a tag; may be given several times', tag)
    .action((name: string, options: CreateOptions) => create(cli, name, options));
  command
    .command('update')
    .summary('change a vault')
    .argument('<vault>', 'its name or id')
    .option('--name <name>', 'another name')
    .option('--size <GB>', 'another capacity; not below what it holds', gibibytes)
    .option('--policy <policy>', 'another policy; none to take it off')
    .option('--auto-bind <yes|no>', 'whether its policy puts in what no vault protects', yesOrNo)
    .option('--auto-expand <yes|no>', 'whether it grows where a backup does not fit', yesOrNo)
    .option('--description <words>', 'other words')
    .action((vault: string, options: UpdateOptions) => update(cli, vault, options));
  command
    .command('add')
    .summary('put servers or disks into a vault')
    .argument('<vault>', 'its name or id')
    .argument('<resources...>', 'servers by name or id, or disks by id', distinct)
    .action((vault: string, resources: string[]) => add(cli, vault, resources));
  command
    .command('remove')
    .summary('take servers or disks out of a vault; their backups stay')
    .argument('<vault>', 'its name or id')
    .argument('<resources...>', 'servers by name or id, or disks by id', distinct)
    .action((vault: string, resources: string[]) => remove(cli, vault, resources));
  command
    .command('delete')
    .summary('delete a vault with its backups')
    .argument('<vault>', 'its name or id')
    .option('--no-wait', 'do not wait until its bytes are freed')
    .action((vault: string, options: WaitOption) => deleteVault(cli, vault, options));
}

interface CreateOptions {
  readonly size: number;
  readonly for?: vaults.BackupObject;
  readonly add?: readonly string[];
  readonly policy?: string;
  readonly autoBind?: boolean;
  readonly autoExpand?: boolean;
  readonly description?: string;
  readonly tag?: readonly Tag[];
}

async function create(cli: Cli, name: string, options: CreateOptions): Promise<void> {
  const { size, for: objectType = 'SERVER', add: resources = [], policy, autoBind, autoExpand, description } = options;
  const client = await cli.client();
  const payload = await vaults.createVault(client, {
    name,
    size,
    objectType,
    autoBind,
    autoExpand,
    description,
    tags: options.tag,
    policyId: policy === undefined ? undefined : await policyCalled(client, policy),
    resources: (await idsOf(client, objectType, resources)).map(id => ({ id })),
  });
  cli.show(payload, () => [`vault ${name} is there: ${payload.vault.uuid}`]);
}

interface UpdateOptions extends Omit<vaults.VaultUpdate, 'vaultId' | 'policyId'> {
  readonly policy?: string;
}

async function update(cli: Cli, text: string, { policy, ...changes }: UpdateOptions): Promise<void> {
  if (policy === undefined && Object.keys(changes).length === 0)
    throw new UsageError('nothing to change: say what with an option');
  const client = await cli.client();
  const policyId = policy === undefined || policy === 'none' ? null : await policyCalled(client, policy);
  const vaultId = await vaultCalled(client, text);
  const payload = await vaults.updateVault(client, { ...changes, vaultId, ...(policy !== undefined && { policyId }) });
  cli.show(payload, () => [`vault ${payload.vault.name} is changed`]);
}

async function add(cli: Cli, text: string, resources: readonly string[]): Promise<void> {
  const client = await cli.client();
  const vaultId = await vaultCalled(client, text);
  const ids = await idsOf(client, await kindOf(client, vaultId), resources);
  const payload = await vaults.addToVault(
    client,
    vaultId,
    ids.map(id => ({ id })),
  );
  cli.show(payload, () => [`${text} protects ${resources.join(', ')}`]);
}

async function remove(cli: Cli, text: string, resources: readonly string[]): Promise<void> {
  const client = await cli.client();
  const vaultId = await vaultCalled(client, text);
  const payload = await vaults.removeFromVault(client, vaultId, await idsOf(client, await kindOf(client, vaultId), resources));
  cli.show(payload, () => [`${text} no longer protects ${resources.join(', ')}`]);
}

async function deleteVault(cli: Cli, text: string, { wait }: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await vaults.deleteVault(client, await vaultCalled(client, text));
  await finishJob(cli, payload, { wait }, { lines: () => [`vault ${text} is deleted`] });
}

async function kindOf(client: Client, vaultId: string): Promise<vaults.BackupObject> {
  return (await vaults.findVault(client, vaultId))?.objectType ?? 'SERVER';
}

/** Disks go by their ids: several may have the same name. */
async function idsOf(client: Client, kind: vaults.BackupObject, texts: readonly string[]): Promise<string[]> {
  if (kind === 'DISK') return [...texts];
  const ids: string[] = [];
  for (const text of texts) ids.push(await serverCalled(client, text));
  return ids;
}
