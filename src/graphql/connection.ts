/** Names and descriptions of a list's connection and edge. */
export const connectionOf = (type: string, plural: string) => ({
  name: `${type}Connection`,
  description: `A page of ${plural}.`,
});

export const edgeOf = (type: string) => ({ name: `${type}Edge`, description: 'An entry of a page.' });
