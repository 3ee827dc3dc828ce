import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { count } from '../option-values.ts';
import { createKeyPair, deleteKeyPair, listKeyPairs } from '../queries/keypairs.ts';
import { moment } from '../render/amounts.ts';
import { DEFAULT_LIMIT, showList } from '../show-list.ts';

export function define(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the tenant’s key pairs')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: { limit?: number }) => list(cli, options));
  command
    .command('create')
    .summary('make a key pair, or take your public key')
    .argument('<name>', 'its name')
    .option('--public-key <file>', 'your public key; without it a pair is made')
    .option('--output <file>', 'where the private key of a made pair goes (default: stdout)')
    .action((name: string, options: CreateOptions) => create(cli, name, options));
  command
    .command('delete')
    .summary('forget a key pair; servers keep the key')
    .argument('<name>', 'its name')
    .action((name: string) => remove(cli, name));
}

async function list(cli: Cli, { limit = DEFAULT_LIMIT }: { limit?: number }): Promise<void> {
  showList(cli, 'key pair', await listKeyPairs(await cli.client(), limit), [
    { title: 'name', value: ({ name }) => name },
    { title: 'fingerprint', value: ({ fingerprint }) => fingerprint },
    { title: 'created', value: ({ createdAt }) => moment(createdAt) },
  ]);
}

interface CreateOptions {
  readonly publicKey?: string;
  readonly output?: string;
}

async function create(cli: Cli, name: string, { publicKey, output }: CreateOptions): Promise<void> {
  const { io } = cli;
  const given = publicKey === undefined ? undefined : readFileSync(resolve(io.cwd, publicKey), 'utf8').trim();
  // Made first: a private key that cannot be kept would be lost.
  const file = output === undefined ? undefined : newFile(resolve(io.cwd, output));
  const created = await createKeyPair(await cli.client(), { name, publicKey: given });
  if (file !== undefined && created.privateKey !== null) writeFileSync(file, created.privateKey);
  cli.show(created, () => [...(created.privateKey === null || file !== undefined ? [] : [created.privateKey.trimEnd()])]);
  cli.remark(`key pair ${name}: ${created.keyPair.fingerprint}`);
  if (file !== undefined) cli.remark(`the private key is in ${file}`);
  else if (created.privateKey !== null) cli.remark('this is the only copy of the private key: keep it');
}

/** Only for its owner, and never over another key. */
function newFile(path: string): string {
  writeFileSync(path, '', { mode: 0o600, flag: 'wx' });
  return path;
}

async function remove(cli: Cli, name: string): Promise<void> {
  const payload = await deleteKeyPair(await cli.client(), name);
  cli.show(payload, () => [`key pair ${name} is deleted`]);
}
