/** A ready operation: a tab of GraphiQL. */
export interface Example {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
