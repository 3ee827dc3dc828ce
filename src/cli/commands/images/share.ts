import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { distinct } from '../../option-values.ts';
import { answerShares, findImage, shareImages, unshareImages } from '../../queries/images.ts';
import { tenantIdsOf } from '../../tenant-ids.ts';
import { imageCalled } from './image-called.ts';

export function defineSharing(command: Command, cli: Cli): void {
  command
    .command('share')
    .summary('share an image with other tenants of the region')
    .argument('<image>', 'its name or id')
    .argument('<tenants...>', 'names of domains, or ids of tenants', distinct)
    .option('--no-wait', 'do not wait until it is done')
    .action((image: string, tenants: string[], options: WaitOption) => share(cli, image, tenants, options));
  command
    .command('unshare')
    .summary('stop sharing; what runs from it keeps running')
    .argument('<image>', 'its name or id')
    .argument('<tenants...>', 'names of domains, or ids of tenants', distinct)
    .option('--no-wait', 'do not wait until it is done')
    .action((image: string, tenants: string[], options: WaitOption) => unshare(cli, image, tenants, options));
  command
    .command('accept')
    .summary('take an image that is shared with you into your list')
    .argument('<image>', 'its name or id')
    .option('--vault <id>', 'for a full-ECS image: a vault of yours with room for its disks')
    .option('--no-wait', 'do not wait until it is done')
    .action((image: string, options: AcceptOptions) => answer(cli, image, 'ACCEPTED', options));
  command
    .command('reject')
    .summary('take an image that is shared with you off your list')
    .argument('<image>', 'its name or id')
    .option('--no-wait', 'do not wait until it is done')
    .action((image: string, options: WaitOption) => answer(cli, image, 'REJECTED', options));
}

async function share(cli: Cli, image: string, tenants: readonly string[], wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await shareImages(client, await pairs(cli, client, image, tenants));
  await finishJob(cli, payload, wait, { lines: () => [`${image} is shared with ${tenants.join(', ')}: pending until accepted`] });
}

async function unshare(cli: Cli, image: string, tenants: readonly string[], wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await unshareImages(client, await pairs(cli, client, image, tenants));
  await finishJob(cli, payload, wait, { lines: () => [`${image} is no longer shared with ${tenants.join(', ')}`] });
}

async function pairs(cli: Cli, client: Client, image: string, tenants: readonly string[]) {
  const imageId = await imageCalled(client, image, { relation: 'OWN' });
  return { imageIds: [imageId], tenantIds: await tenantIdsOf(cli, client, tenants) };
}

interface AcceptOptions extends WaitOption {
  readonly vault?: string;
}

async function answer(
  cli: Cli,
  text: string,
  status: 'ACCEPTED' | 'REJECTED',
  { vault: vaultId, ...wait }: AcceptOptions,
): Promise<void> {
  const client = await cli.client();
  const imageId = await sharedImageCalled(client, text);
  const payload = await answerShares(client, { imageIds: [imageId], status, vaultId });
  const said = status === 'ACCEPTED' ? 'accepted: it is in your list' : 'rejected: it is not in your list';
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, images: [await findImage(client, imageId)] }),
    lines: () => [`${text} is ${said}`],
  });
}

/** Shared images are in three lists, by what was answered so far. */
async function sharedImageCalled(client: Client, text: string): Promise<string> {
  for (const memberStatus of ['PENDING', 'ACCEPTED'] as const) {
    try {
      return await imageCalled(client, text, { memberStatus });
    } catch (error) {
      if (!(error instanceof CliError && error.code === 'NOT_FOUND')) throw error;
    }
  }
  return imageCalled(client, text, { memberStatus: 'REJECTED' });
}
