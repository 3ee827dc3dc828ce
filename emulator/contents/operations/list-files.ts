import { z } from 'zod';
import type { FileEntry } from '../../hardware/hardware.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { contentAnswer, contentRefusals } from '../content-answer.ts';
import { ContentSource, contentTarget } from '../content-source.ts';
import { FilePath } from '../rules.ts';

/** Entries of a folder of an image, a disk, a snapshot or a backup, without launching anything. */
export const listContentFiles = defineOperation({
  name: 'contents.listFiles',
  permission: 'ims:contents:read',
  access: 'read',
  input: z.object({ source: ContentSource, path: FilePath }),
  errors: contentRefusals,
  async run({ cloud, caller, input: { source, path } }): Promise<FileEntry[]> {
    requireHardware(cloud);
    const find = async () => [await contentTarget(cloud, caller, source)] as const;
    return contentAnswer({ cloud, caller }, find, ([target]) => cloud.hardware.listFiles(target, path));
  },
});
