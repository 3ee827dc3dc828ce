import { InvalidArgumentError } from 'commander';
import { gibibytes, word } from '../../option-values.ts';
import { type DataDisk, diskTypes } from '../../queries/servers.ts';

/** What `--data-disk` takes: `size=20,type=sas,format,delete`. An image is named here, by name or id. */
export interface DataDiskOption extends Omit<DataDisk, 'imageId'> {
  readonly image?: string;
}

const READERS: Readonly<Record<string, (value: string) => DataDiskOption>> = {
  size: value => ({ size: gibibytes(value) }),
  type: value => ({ type: word(diskTypes)(value) }),
  image: value => ({ image: value }),
  restore: value => ({ snapshotId: value }),
  count: value => ({ count: Number(value) }),
  format: value => ({ fileSystem: value === '' ? 'EXT4' : value.toUpperCase() }),
  shared: () => ({ shareable: true }),
  delete: () => ({ deleteOnTermination: true }),
};

/** To be given several times. */
export function dataDisk(text: string, before: readonly DataDiskOption[] = []): DataDiskOption[] {
  const parts = text.split(',').map(part => {
    const [key = '', ...rest] = part.split('=');
    const reader = READERS[key];
    if (!reader) throw new InvalidArgumentError(`expected some of ${Object.keys(READERS).join(', ')}, as in size=20,type=sas.`);
    return reader(rest.join('='));
  });
  return [...before, Object.assign({}, ...parts)];
}
