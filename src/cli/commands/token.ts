import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { seconds, word } from '../option-values.ts';

const ROLES = ['ADMINISTRATOR', 'TENANT_ADMIN', 'READER'] as const;

interface Options {
  readonly tenant: string;
  readonly role?: (typeof ROLES)[number];
  readonly lifetime?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .option('--tenant <name>', 'name of a domain, or id of a tenant', 'demo-a')
    .option('--role <role>', 'tenant-admin, reader or administrator (default: tenant-admin)', word(ROLES))
    .option('--lifetime <span>', 'how long it is good: 90s, 15m, 12h, 2d (default: the cloud’s)', seconds)
    .addHelpText('after', '\n--region says which of the domain’s tenants is meant; without it the first.')
    .action((options: Options) => token(cli, options));
}

async function token(cli: Cli, { tenant, role, lifetime }: Options): Promise<void> {
  const [{ connectAsAdministrator }, { issueToken, tenantCalled }] = await Promise.all([
    import('../connect.ts'),
    import('../queries/identity.ts'),
  ]);
  const client = connectAsAdministrator(cli);
  const tenantId = await tenantCalled(client, tenant, cli.options.region);
  const issued = await issueToken(client, { tenantId, role, lifetimeSeconds: lifetime, label: 'command line' });
  cli.show({ ...issued, tenantId }, () => [issued.token]);
  cli.remark(`good until ${issued.expiresAt}`);
}
