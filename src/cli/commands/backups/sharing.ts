import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { distinct } from '../../option-values.ts';
import { answerBackupShare, shareBackup, unshareBackup } from '../../queries/backup-shares.ts';
import { tenantIdsOf } from '../../tenant-ids.ts';
import { vaultCalled } from '../vaults/vault-called.ts';
import { backupCalled } from './backup-called.ts';

export function defineSharing(command: Command, cli: Cli): void {
  command
    .command('share')
    .summary('share the backup of a server with other tenants of the region')
    .argument('<backup>', 'its name or id')
    .argument('<tenants...>', 'names of domains, or ids of tenants', distinct)
    .action((backup: string, tenants: string[]) => share(cli, backup, tenants));
  command
    .command('unshare')
    .summary('stop sharing a backup')
    .argument('<backup>', 'its name or id')
    .argument('<tenants...>', 'names of domains, or ids of tenants', distinct)
    .action((backup: string, tenants: string[]) => unshare(cli, backup, tenants));
  command
    .command('accept')
    .summary('take a backup that is shared with you: images can be made of it')
    .argument('<backup>', 'its name or id')
    .requiredOption('--vault <vault>', 'a vault of yours with room for its disks, by name or id')
    .action((backup: string, { vault }: { vault: string }) => accept(cli, backup, vault));
  command
    .command('reject')
    .summary('say no to a backup that is shared with you')
    .argument('<backup>', 'its name or id')
    .action((backup: string) => reject(cli, backup));
}

async function share(cli: Cli, text: string, tenants: readonly string[]): Promise<void> {
  const client = await cli.client();
  const backupId = await backupCalled(client, text);
  const payload = await shareBackup(client, { backupId, tenantIds: await tenantIdsOf(cli, client, tenants) });
  cli.show(payload, () => [`${text} is shared with ${tenants.join(', ')}: pending until accepted`]);
}

async function unshare(cli: Cli, text: string, tenants: readonly string[]): Promise<void> {
  const client = await cli.client();
  const backupId = await backupCalled(client, text);
  const payload = await unshareBackup(client, { backupId, tenantIds: await tenantIdsOf(cli, client, tenants) });
  cli.show(payload, () => [`${text} is no longer shared with ${tenants.join(', ')}`]);
}

async function accept(cli: Cli, text: string, vault: string): Promise<void> {
  const client = await cli.client();
  const backupId = await backupCalled(client, text, 'SHARED');
  const payload = await answerBackupShare(client, { backupId, status: 'ACCEPTED', vaultId: await vaultCalled(client, vault) });
  cli.show(payload, () => [`${text} is accepted: images can be made of it`]);
}

async function reject(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const payload = await answerBackupShare(client, { backupId: await backupCalled(client, text, 'SHARED'), status: 'REJECTED' });
  cli.show(payload, () => [`${text} is rejected`]);
}
