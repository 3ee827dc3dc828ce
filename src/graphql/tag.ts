import { builder } from './builder.ts';

/** Images and servers have tags of the same form. */
export const TagRef = builder.objectRef<{ key: string; value: string }>('Tag').implement({
  description: 'A tag: a word of your own on a resource, with or without a value.',
  fields: t => ({
    key: t.exposeString('key', { description: 'Its name: each occurs once on a resource.' }),
    value: t.exposeString('value', { description: 'Its value; empty for none.' }),
  }),
});

export const TagInput = builder.inputType('TagInput', {
  description: 'A tag to set. A key of up to 36 characters, a value of up to 43.',
  fields: t => ({
    key: t.string({ required: true, description: 'Its name.' }),
    value: t.string({ description: 'Its value; nothing for an empty one.' }),
  }),
});
