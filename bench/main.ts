/**
 * Runs the benchmarks, one after the other:
 *   npm run bench [-- NAME…] [--json]
 * Prints a table, or with --json a line for each row: name, ours, reference, ratio, target, met. Exits 0 also where a target is missed: the
 * figures are for people to judge; 1 where a benchmark could not be run to its end.
 */
import { parseArgs } from 'node:util';
import Docker from 'dockerode';
import { benchmarks } from './all.ts';
import { type Benchmark, judge, notMeasured, type Row } from './benchmark.ts';
import { table } from './report.ts';
import { Workspace } from './workspace.ts';

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
const unknown = positionals.filter(name => !benchmarks.some(benchmark => benchmark.name === name));
if (unknown.length > 0) {
  console.error(`bench: there is no benchmark ${unknown.join(', ')}. There are:`);
  for (const { name, description } of benchmarks) console.error(`  ${name}: ${description}`);
  process.exit(2);
}
const chosen = positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name));

const rows: Row[] = [];
for (const benchmark of chosen) {
  for (const row of await measure(benchmark)) {
    rows.push(row);
    if (values.json) console.log(JSON.stringify(row));
  }
}
if (!values.json) console.log(table(rows));

async function measure(benchmark: Benchmark): Promise<Row[]> {
  const note = (text: string): void => console.error(`bench: ${benchmark.name}: ${text}`);
  const nothing = Object.entries(benchmark.targets).map(([name, target]) => notMeasured(name, target));
  const reason = benchmark.needs === 'docker' ? await noEngine() : undefined;
  if (reason !== undefined) {
    note(`SKIPPED: ${reason}`);
    return nothing;
  }
  note(benchmark.description);
  await using workspace = await Workspace.open();
  try {
    const measured = await benchmark.run({ workspace, note });
    return Object.entries(benchmark.targets).map(([name, target]) => {
      const found = measured.find(({ row }) => row === name);
      return found ? judge(target, found) : notMeasured(name, target);
    });
  } catch (error) {
    console.error(error);
    note('FAILED');
    process.exitCode = 1;
    return nothing;
  }
}

async function noEngine(): Promise<string | undefined> {
  try {
    await new Docker({ timeout: 10_000 }).ping();
    return undefined;
  } catch (error) {
    return `no Docker engine answers: ${error instanceof Error ? error.message : error}`;
  }
}
