const LONGEST = 63;

/** The hostname that a server gets from its name: a label of RFC 1123, as Nova makes it. */
export function hostnameOf(serverName: string, serverId: string): string {
  const label = serverName
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return label || `server-${serverId.slice(0, 8)}`;
}
