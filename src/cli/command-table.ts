import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/** A command's file: adds its arguments, options, verbs and action to the command that it is given. */
export interface CommandFile {
  define(command: Command, cli: Cli): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Only the command that is asked for is loaded. */
  load(): Promise<CommandFile>;
}

export const commands: readonly CommandEntry[] = [
  { name: 'up', summary: 'open the cloud and serve it', load: () => import('./commands/up.ts') },
  {
    name: 'down',
    summary: 'stop it and remove everything of the engine’s; the state stays',
    load: () => import('./commands/down.ts'),
  },
  { name: 'reset', summary: 'stop it and remove the state, too', load: () => import('./commands/reset.ts') },
  { name: 'demo', summary: 'tell the whole story on a throw-away cloud', load: () => import('./commands/demo.ts') },
  { name: 'status', summary: 'whether it runs, and what it is doing', load: () => import('./commands/status.ts') },
  {
    name: 'doctor',
    summary: 'what this machine can do, and what to install for more',
    load: () => import('./commands/doctor.ts'),
  },
  { name: 'token', summary: 'print a new token', load: () => import('./commands/token.ts') },
  { name: 'images', summary: 'list, make, share and tag images', load: () => import('./commands/images.ts') },
  { name: 'servers', summary: 'launch servers and work with them', load: () => import('./commands/servers.ts') },
  {
    name: 'baremetal',
    summary: 'launch bare-metal servers, switch their power',
    load: () => import('./commands/baremetal.ts'),
  },
  { name: 'disks', summary: 'make disks, attach them to servers, keep snapshots', load: () => import('./commands/disks.ts') },
  { name: 'keypairs', summary: 'keys to sign in to servers with', load: () => import('./commands/keypairs.ts') },
  {
    name: 'networks',
    summary: 'VPCs, subnets, ports, elastic IPs and security groups',
    load: () => import('./commands/networks.ts'),
  },
  { name: 'flavors', summary: 'sizes of servers', load: () => import('./commands/flavors.ts') },
  { name: 'vaults', summary: 'vaults for backups, and their policies', load: () => import('./commands/vaults.ts') },
  { name: 'backups', summary: 'make, restore and delete backups', load: () => import('./commands/backups.ts') },
  {
    name: 'fsck',
    summary: 'read everything that is kept and compare it with its checksums; exit code 1 if something is damaged',
    load: () => import('./commands/fsck.ts'),
  },
  { name: 'jobs', summary: 'list, watch and cancel jobs', load: () => import('./commands/jobs.ts') },
  { name: 'events', summary: 'what has happened', load: () => import('./commands/events.ts') },
  { name: 'quotas', summary: 'what the tenant uses and may use', load: () => import('./commands/quotas.ts') },
  { name: 'usage', summary: 'what the tenant takes on disk', load: () => import('./commands/usage.ts') },
  { name: 'clock', summary: 'steer the cloud’s time', load: () => import('./commands/clock.ts') },
  { name: 'faults', summary: 'make things fail on purpose', load: () => import('./commands/faults.ts') },
];
