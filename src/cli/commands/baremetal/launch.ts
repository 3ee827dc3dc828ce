import { type Command, InvalidArgumentError } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { count, gibibytes, type Tag, tag, texts, word } from '../../option-values.ts';
import { type DataDisk, launchBareMetalServers } from '../../queries/bare-metal.ts';
import { diskTypes, withServersNow } from '../../queries/servers.ts';
import { readUserData } from '../../read-user-data.ts';
import { imageCalled } from '../images/image-called.ts';
import { type NetworkOptions, networkOf, withNetwork } from '../networks/launch-network.ts';

export function defineLaunch(command: Command, cli: Cli): void {
  const launching = command
    .command('launch')
    .summary('launch bare-metal servers from an image for bare metal')
    .argument('<name>', 'name; several are called name-0001, name-0002, …')
    .requiredOption('--image <image>', 'the image to boot from, by name or id')
    .option('--flavor <flavor>', 'its machine: see `cloudyard flavors list --kind bare-metal`', 'physical.s4.medium')
    .option('--count <count>', 'how many, up to 24', count)
    .option('--root-size <GiB>', 'size of the volume to boot from, for a flavor that boots from one', gibibytes)
    .option('--root-type <type>', 'sas or ssd', word(['SAS', 'SSD']))
    .option('--data-disk <GiB[:type]>', 'a SCSI disk besides; may be given several times', dataDisk)
    .option('--key <name>', 'key pair to sign in with')
    .option('--password <password>', 'password of the image’s login user, instead of a key pair')
    .option('--user-data <file>', 'what runs at the first boot; - reads it from stdin')
    .option('--zone <zone>', 'availability zone')
    .option('--subnet <subnet>', 'short for --nic subnet=… (default: the tenant’s default one); may be given twice', texts);
  withNetwork(launching)
    .option('--tag <key=value>', 'a tag; may be given several times', tag)
    .option('--no-wait', 'do not wait until they run')
    .action((name: string, options: Options) => launch(cli, name, options));
}

interface Options extends WaitOption, NetworkOptions {
  readonly image: string;
  readonly flavor: string;
  readonly count?: number;
  readonly rootSize?: number;
  readonly rootType?: string;
  readonly dataDisk?: readonly DataDisk[];
  readonly key?: string;
  readonly password?: string;
  readonly userData?: string;
  readonly zone?: string;
  readonly subnet?: readonly string[];
  readonly tag?: readonly Tag[];
}

async function launch(cli: Cli, name: string, options: Options): Promise<void> {
  const client = await cli.client();
  const { rootSize: size, rootType: type } = options;
  const payload = await launchBareMetalServers(client, {
    name,
    imageId: await imageCalled(client, options.image),
    flavorId: options.flavor,
    count: options.count,
    rootVolume: size === undefined && type === undefined ? undefined : { size, type },
    dataDisks: options.dataDisk,
    availabilityZone: options.zone,
    ...(await networkOf(client, { ...options, nic: nicsOf(options) })),
    keyName: options.key,
    adminPassword: options.password,
    userData: readUserData(cli, options.userData),
    tags: options.tag,
  });
  await finishJob(cli, payload, options, {
    refresh: before => withServersNow(client, before),
    lines: ({ servers }) => servers.flatMap(server => (server === null ? [] : [`server ${server.name} runs: ${server.uuid}`])),
  });
}

/** Undefined where none is asked for. */
const nicsOf = ({ subnet, nic }: Options): NetworkOptions['nic'] =>
  subnet ? [...subnet.map(one => ({ subnet: one })), ...(nic ?? [])] : nic;

/** `100`, or `100:ssd`. */
function dataDisk(text: string, before: readonly DataDisk[] = []): DataDisk[] {
  const [size = '', type, ...rest] = text.split(':');
  if (rest.length > 0) throw new InvalidArgumentError('expected a size in GiB, and a type behind a colon: 100:ssd.');
  return [...before, { size: gibibytes(size), ...(type !== undefined && { type: word(diskTypes)(type) }) }];
}
