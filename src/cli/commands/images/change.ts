import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { mebibytes, yesOrNo } from '../../option-values.ts';
import * as images from '../../queries/images.ts';
import { defineTagVerb } from '../tag-verb.ts';
import { imageCalled } from './image-called.ts';

export function defineChanges(command: Command, cli: Cli): void {
  command
    .command('update')
    .summary('change what can be changed of an image')
    .argument('<image>', 'its name or id')
    .option('--name <name>', 'another name')
    .option('--description <words>', 'other words')
    .option('--min-ram <MiB>', 'least memory of a flavor for it', mebibytes)
    .option('--max-ram <MiB>', 'most memory of a flavor for it', mebibytes)
    .option('--protected <yes|no>', 'whether a delete is refused', yesOrNo)
    .option('--user-data <yes|no>', 'whether keys, password and user data are injected', yesOrNo)
    .action((image: string, options: Omit<images.ImageUpdate, 'imageId'>) => update(cli, image, options));
  command
    .command('delete')
    .summary('delete an image; disks that came from it stay')
    .argument('<image>', 'its name or id')
    .option('--with-backup', 'of a full-ECS image: its backup goes, too')
    .option('--no-wait', 'do not wait until its bytes are freed')
    .action((image: string, options: DeleteOptions) => remove(cli, image, options));
  defineTagVerb(command, cli, 'image', (client, image) => imageCalled(client, image, { relation: 'OWN' }));
}

interface DeleteOptions extends WaitOption {
  readonly withBackup?: boolean;
}

async function update(cli: Cli, text: string, changes: Omit<images.ImageUpdate, 'imageId'>): Promise<void> {
  if (Object.keys(changes).length === 0) throw new UsageError('nothing to change: say what with an option');
  const client = await cli.client();
  const payload = await images.updateImage(client, { ...changes, imageId: await imageCalled(client, text, { relation: 'OWN' }) });
  cli.show(payload, () => [`image ${payload.image.name} is changed`]);
}

async function remove(cli: Cli, text: string, { wait, withBackup }: DeleteOptions): Promise<void> {
  const client = await cli.client();
  const imageId = await imageCalled(client, text, { relation: 'OWN' });
  const payload = await images.deleteImage(client, { imageId, deleteBackup: withBackup });
  await finishJob(cli, payload, { wait }, { lines: () => [`image ${text} is deleted`] });
}
