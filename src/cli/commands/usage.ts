import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type DiskUsage, describeUsage } from '../queries/contents.ts';
import { bytes } from '../render/amounts.ts';
import { showList } from '../show-list.ts';

export function define(command: Command, cli: Cli): void {
  command.action(() => usage(cli));
}

async function usage(cli: Cli): Promise<void> {
  const found = await describeUsage(await cli.client());
  const rows = Object.entries<DiskUsage>(found).map(([what, amounts]) => ({ what, ...amounts }));
  showList(cli, 'sum', { rows, more: false }, [
    { title: 'what', value: ({ what }) => what },
    { title: 'size', value: ({ logical }) => bytes(logical), align: 'right' },
    { title: 'stored', value: ({ stored }) => bytes(stored), align: 'right' },
    { title: 'of it shared', value: ({ shared }) => bytes(shared), align: 'right' },
  ]);
}
