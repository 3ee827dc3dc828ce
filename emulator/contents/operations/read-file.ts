import { z } from 'zod';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { contentAnswer, contentRefusals } from '../content-answer.ts';
import { ContentSource, contentTarget } from '../content-source.ts';
import { FilePath, fileLimits } from '../rules.ts';

/** A part of a file; a shorter answer than asked for means the end of the file. */
export const readContentFile = defineOperation({
  name: 'contents.readFile',
  permission: 'ims:contents:read',
  access: 'read',
  input: z.object({
    source: ContentSource,
    path: FilePath,
    offset: z.number().int().min(0).default(0),
    length: z.number().int().min(0).max(fileLimits.bytes).default(fileLimits.usualPart),
  }),
  errors: contentRefusals,
  async run({ cloud, caller, input: { source, path, offset, length } }): Promise<Buffer> {
    requireHardware(cloud);
    const find = async () => [await contentTarget(cloud, caller, source)] as const;
    return contentAnswer({ cloud, caller }, find, ([target]) => cloud.hardware.readFile(target, path, { offset, length }));
  },
});
