import { gibibytes, keyed, word } from '../../option-values.ts';
import { type DataDisk, diskTypes } from '../../queries/servers.ts';

/** What `--data-disk` takes: `size=20,type=sas,format,delete`. An image is named here, by name or id. */
export interface DataDiskOption extends Omit<DataDisk, 'imageId'> {
  readonly image?: string;
}

/** To be given several times. */
export const dataDisk = keyed<DataDiskOption>(
  {
    size: value => ({ size: gibibytes(value) }),
    type: value => ({ type: word(diskTypes)(value) }),
    image: value => ({ image: value }),
    restore: value => ({ snapshotId: value }),
    count: value => ({ count: Number(value) }),
    format: value => ({ fileSystem: value === '' ? 'EXT4' : value.toUpperCase() }),
    shared: () => ({ shareable: true }),
    delete: () => ({ deleteOnTermination: true }),
  },
  'size=20,type=sas',
);
