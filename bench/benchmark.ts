import type { Workspace } from './workspace.ts';

/** What one benchmark found: a line of the report. Units are part of the name (`-ms`, `-mib`, `-per-second`). */
export interface Row {
  readonly name: string;
  readonly ours: number | null;
  /** The same work without Cloudyard, in the same run; null where nothing compares. */
  readonly reference: number | null;
  /** Median of the ratios of the pairs, ours to the reference: steadier than the ratio of the medians on a machine that others use, too. */
  readonly ratio: number | null;
  readonly target: string;
  /** Null where it could not be measured on this machine. */
  readonly met: boolean | null;
}

export interface Benchmark {
  /** What `npm run bench -- NAME` selects. */
  readonly name: string;
  readonly description: string;
  /** Rows that it measures, with their targets. */
  readonly targets: Readonly<Record<string, Target>>;
  /** A part of the machine without which it cannot run. */
  readonly needs?: 'docker';
  run(context: BenchmarkContext): Promise<readonly Measured[]>;
}

export interface BenchmarkContext {
  /** Folders that are gone when the benchmark ends. */
  readonly workspace: Workspace;
  /** For people who watch: what is going on. */
  note(text: string): void;
}

/** How a figure is judged: by its ratio to the reference, or by itself. */
export type Target = { readonly ratio: Bound } | { readonly figure: Bound };

interface Bound {
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Measured {
  readonly row: string;
  readonly ours: number;
  readonly reference?: number;
  readonly ratio?: number;
}

export function judge(target: Target, { row, ours, reference, ratio }: Measured): Row {
  const judged = 'ratio' in target ? ratio : ours;
  const bound = boundOf(target);
  const isMet = judged === undefined ? null : judged <= (bound.atMost ?? Infinity) && judged >= (bound.atLeast ?? -Infinity);
  return {
    name: row,
    ours: rounded(ours),
    reference: rounded(reference),
    ratio: rounded(ratio),
    target: wordsOf(target),
    met: isMet,
  };
}

/** The row of something that could not be measured here. */
export function notMeasured(name: string, target: Target): Row {
  return { name, ours: null, reference: null, ratio: null, target: wordsOf(target), met: null };
}

function boundOf(target: Target): Bound {
  return 'ratio' in target ? target.ratio : target.figure;
}

function wordsOf(target: Target): string {
  const { atMost, atLeast } = boundOf(target);
  const unit = 'ratio' in target ? 'x' : '';
  return atMost === undefined ? `>= ${atLeast}${unit}` : `<= ${atMost}${unit}`;
}

/** Three digits that say something. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(value >= 1000 ? 4 : 3));
}
