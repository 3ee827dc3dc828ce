import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count, type Tag, tag, word } from '../../option-values.ts';
import * as images from '../../queries/images.ts';
import { bytes, moment } from '../../render/amounts.ts';
import { fields } from '../../render/table.ts';
import { tagsText } from '../../render/tags.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { imageCalled, noImage } from './image-called.ts';

export function defineReads(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('public, own and accepted images')
    .option('--name <name>', 'with exactly this name')
    .option('--relation <relation>', 'public, own or shared', word(images.relations))
    .option('--member-status <status>', 'shared with you: pending, accepted or rejected', word(images.memberStatuses))
    .option('--status <status>', 'queued, saving, active or killed', word(images.imageStatuses))
    .option('--kind <kind>', 'system, data, full-ecs or bare-metal', word(images.imageKinds))
    .option('--os-type <type>', 'linux, windows or other', word(images.osTypes))
    .option('--os-version <version>', 'with exactly this system')
    .option('--platform <platform>', 'of this distribution')
    .option('--architecture <architecture>', 'x86 or arm', word(images.architectures))
    .option('--tag <key=value>', 'with this tag; several are all needed', tag)
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('show')
    .summary('everything about an image')
    .argument('<image>', 'its name or id')
    .action((image: string) => show(cli, image));
}

interface ListOptions extends Omit<images.ImageFilter, 'tags'> {
  readonly tag?: readonly Tag[];
  readonly limit?: number;
}

async function list(cli: Cli, { tag: tags, limit = DEFAULT_LIMIT, ...filter }: ListOptions): Promise<void> {
  const wanted = tags?.map(({ key, value }) => (value === '' ? { key } : { key, value }));
  const found = await images.listImages(await cli.client(), { ...filter, tags: wanted }, limit);
  showList(cli, 'image', found, [
    { title: 'id', value: image => image.uuid },
    { title: 'name', value: image => image.name },
    { title: 'whose', value: image => whose(image) },
    { title: 'status', value: image => image.status },
    { title: 'kind', value: image => image.kind },
    { title: 'system', value: image => image.osVersion },
    { title: 'arch', value: image => image.architecture },
    { title: 'disk', value: image => `${image.minDisk} GiB`, align: 'right' },
    { title: 'stored', value: image => (image.size === 0 ? '' : bytes(image.size)), align: 'right' },
  ]);
}

const whose = ({ relation, memberStatus }: images.Image): string =>
  memberStatus === null || relation !== 'SHARED' ? relation : `${relation} (${memberStatus.toLowerCase()})`;

async function show(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const image = await images.findImage(client, await imageCalled(client, text));
  if (!image) throw noImage(text);
  cli.show(image, () =>
    fields(
      [
        ['id', image.uuid],
        ['name', image.name],
        ['status', image.status],
        ['whose', whose(image)],
        ['owner', image.owner && `${image.owner.domainName} (${image.owner.uuid})`],
        ['kind', image.kind],
        ['description', image.description],
        ['system', `${image.osVersion} (${image.osType}, ${image.platform})`],
        ['processor', `${image.architecture}, ${image.firmware}`],
        ['needs', needs(image)],
        ['stored', `${bytes(image.size)} of a disk of ${bytes(image.virtualSize)}`],
        ['content', image.contentNote === null ? image.content : `${image.content} (${image.contentNote})`],
        ['made of', image.dataOrigin],
        ['backup', image.backupUuid],
        ['checksum', image.checksum],
        ['damage', image.damage],
        ['login user', image.loginUser],
        ['features', features(image)],
        ['protected', image.protected ? 'yes' : 'no'],
        ['tags', tagsText(image.tags)],
        [
          'shared with',
          image.members.map(member => `${member.tenant?.domainName ?? '?'} (${member.status.toLowerCase()})`).join(', '),
        ],
        ['created', moment(image.createdAt)],
      ],
      cli.style,
    ),
  );
}

function needs({ minDisk, minRam, maxRam }: images.ImageDetails): string {
  const most = maxRam === null ? '' : `, at most ${maxRam} MiB`;
  return `a disk of ${minDisk} GiB${minRam === 0 ? '' : `, ${minRam} MiB of memory`}${most}`;
}

function features({ userData, diskHotSwap }: images.ImageDetails): string {
  return [...(userData ? ['user data'] : []), ...(diskHotSwap ? ['disk hot swap'] : [])].join(', ');
}
