/** Operations know absent values; GraphQL's callers may also write null for them. */
type WithoutNulls<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], null> };

/** Leaves out what is null. */
export function withoutNulls<Fields extends object>(fields: Fields): WithoutNulls<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as WithoutNulls<Fields>;
}
