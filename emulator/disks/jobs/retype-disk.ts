import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { DiskType } from '../../store/generated/enums.ts';
import { restDisk } from '../settle-disk.ts';

const Input = z.object({ diskId: z.string(), type: z.enum(DiskType) });
const State = z.object({});

/** Gives a disk another type. Its bytes stay where they are: the types differ in what they promise only. */
export const retypeDiskJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'retypeVolume',
  queue: 'light',
  input: Input,
  state: State,
  errors: [],
  resources: ({ diskId }) => [diskId],
  steps: [
    {
      name: 'retype',
      weight: 1,
      seconds: 30,
      async commit(tx, { cloud, input: { diskId, type } }) {
        await restDisk(tx, cloud, diskId, { type });
      },
    },
  ],
  async failed(tx, { cloud, input: { diskId } }) {
    await restDisk(tx, cloud, diskId);
  },
});
