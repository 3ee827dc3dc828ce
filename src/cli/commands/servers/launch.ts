import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { count, gibibytes, type Tag, tag, word } from '../../option-values.ts';
import { type DataDisk, diskTypes, launchServers, withServersNow } from '../../queries/servers.ts';
import { readUserData } from '../../read-user-data.ts';
import { imageCalled } from '../images/image-called.ts';
import { subnetCalled } from '../networks/called.ts';
import { type NetworkOptions, networkOf, withNetwork } from '../networks/launch-network.ts';
import { type DataDiskOption, dataDisk } from './data-disk-option.ts';

export function defineLaunch(command: Command, cli: Cli): void {
  const launching = command
    .command('launch')
    .summary('launch servers from an image')
    .argument('<name>', 'name; several are called name-0001, name-0002, …')
    .requiredOption('--image <image>', 'the image to boot from, by name or id')
    .option('--flavor <flavor>', 'its size: see `cloudyard flavors list`', 's3.medium.2')
    .option('--count <count>', 'how many', count)
    .option('--disk-size <GiB>', 'size of the system disk (default: what the image needs)', gibibytes)
    .option('--disk-type <type>', 'sata, sas, ssd, gpssd or essd', word(diskTypes))
    .option(
      '--data-disk <what>',
      'a data disk: size=20,type=sas,image=name,format,count=2,delete; restore=id for one of a full-ECS image; may be given several times',
      dataDisk,
    )
    .option('--key <name>', 'key pair to sign in with')
    .option('--password <password>', 'password of the image’s login user')
    .option('--user-data <file>', 'what runs at the first boot; - reads it from stdin')
    .option('--zone <zone>', 'availability zone')
    .option('--subnet <subnet>', 'subnet, by name or id (default: the tenant’s default one)')
    .option('--address <address>', 'an address of the subnet');
  withNetwork(launching)
    .option('--tag <key=value>', 'a tag; may be given several times', tag)
    .option('--description <words>', 'words of yours')
    .option('--no-wait', 'do not wait until they run')
    .action((name: string, options: Options) => launch(cli, name, options));
}

interface Options extends WaitOption, NetworkOptions {
  readonly image: string;
  readonly flavor: string;
  readonly count?: number;
  readonly diskSize?: number;
  readonly diskType?: string;
  readonly dataDisk?: readonly DataDiskOption[];
  readonly key?: string;
  readonly password?: string;
  readonly userData?: string;
  readonly zone?: string;
  readonly subnet?: string;
  readonly address?: string;
  readonly tag?: readonly Tag[];
  readonly description?: string;
}

async function launch(cli: Cli, name: string, options: Options): Promise<void> {
  const client = await cli.client();
  const { diskSize, diskType } = options;
  const userData = readUserData(cli, options.userData);
  const payload = await launchServers(client, {
    name,
    imageId: await imageCalled(client, options.image),
    flavorId: options.flavor,
    count: options.count,
    systemDisk: { type: diskType, size: diskSize },
    dataDisks: await Promise.all((options.dataDisk ?? []).map(disk => dataDiskOf(client, disk))),
    availabilityZone: options.zone,
    subnetId: options.subnet === undefined ? undefined : await subnetCalled(client, options.subnet),
    address: options.address,
    ...(await networkOf(client, options)),
    keyName: options.key,
    adminPassword: options.password,
    userData,
    tags: options.tag,
    description: options.description,
  });
  await finishJob(cli, payload, options, {
    refresh: before => withServersNow(client, before),
    lines: ({ servers }) => servers.flatMap(server => (server === null ? [] : [`server ${server.name} runs: ${server.uuid}`])),
  });
}

async function dataDiskOf(client: Client, { image, ...disk }: DataDiskOption): Promise<DataDisk> {
  return { ...disk, imageId: image === undefined ? undefined : await imageCalled(client, image, { kind: 'DATA' }) };
}
