/** Tags as they are given on the command line: `team=red, solo`. */
export const tagsText = (tags: readonly { readonly key: string; readonly value: string }[]): string =>
  tags.map(({ key, value }) => (value === '' ? key : `${key}=${value}`)).join(', ');
