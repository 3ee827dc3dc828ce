import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import { type Tag, tag } from '../option-values.ts';
import { deleteTags, setTags, type TaggedNoun } from '../queries/tags.ts';
import { tagsText } from '../render/tags.ts';

/** Id of what is called so. */
type Called = (client: Client, text: string) => Promise<string>;

/** `tag`: the same for everything that has tags. */
export function defineTagVerb(command: Command, cli: Cli, noun: TaggedNoun, called: Called): void {
  command
    .command('tag')
    .summary(`set tags of ${noun === 'image' ? 'an' : 'a'} ${noun}, or take them off`)
    .argument(`<${noun}>`, 'its name or id')
    .argument('[tags...]', 'tags to set, as key=value', tag)
    .option('--remove <key...>', 'keys of tags to take off')
    .action(async (text: string, tags: readonly Tag[] = [], { remove: keys = [] }: { remove?: string[] }) => {
      if (tags.length === 0 && keys.length === 0) throw new UsageError('no tag to set and none to take off');
      const client = await cli.client();
      const id = await called(client, text);
      const removed = keys.length === 0 ? undefined : await deleteTags(client, noun, id, keys);
      const payload = tags.length === 0 ? removed : await setTags(client, noun, id, tags);
      cli.show(payload, () => [`${text} has ${tagsText(payload?.[noun]?.tags ?? []) || 'no tags'}`]);
    });
}
