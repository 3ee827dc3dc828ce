import { resolve } from 'node:path';
import { DEFAULT_STATE } from '../cli.ts';
import { DEFAULT_TENANT } from '../connect.ts';
import type { TenantToken } from '../gateway-record.ts';
import { quoted } from '../render/quoted.ts';
import type { Style } from '../render/style.ts';
import { fields, table } from '../render/table.ts';

/** What someone needs who has just started a cloud; with `--json` exactly this. */
export interface StartReport {
  readonly url: string;
  readonly graphql: string;
  readonly pid: number;
  readonly hardware: string;
  readonly hardwareReason: string;
  readonly state: string;
  readonly tenants: readonly TenantToken[];
}

export function startCard(report: StartReport, { style, cwd }: { readonly style: Style; readonly cwd: string }): string[] {
  const facts = fields(
    [
      ['address', report.url],
      ['graphiql', `${report.graphql}  ${style.as('dim', '(open it in a browser)')}`],
      ['hardware', `${report.hardware} (${report.hardwareReason})`],
      ['state', report.state],
    ],
    style,
  );
  return [
    `${style.as('bold', 'cloudyard is up')}`,
    '',
    ...facts.map(indent),
    '',
    ...tenants(report, style).map(indent),
    '',
    ...nextSteps(report, cwd),
  ];
}

function tenants({ tenants: known }: StartReport, style: Style): string[] {
  if (known.length === 0) return ['no documented tokens are accepted here: make one with `cloudyard token --tenant demo-a`'];
  return table(
    known,
    [
      { title: 'tenant', value: ({ domain }) => domain },
      { title: 'region', value: ({ region }) => region },
      { title: 'id', value: ({ tenantId }) => tenantId },
      { title: 'token', value: ({ token }) => token },
    ],
    style,
  );
}

function nextSteps({ tenants: known, state }: StartReport, cwd: string): string[] {
  const first = known[0] && [`try \`cloudyard images list${optionsFor(known, state, cwd)}\` in another terminal`];
  return [...(first ?? []), 'ctrl-c stops it; the state stays'];
}

/** What a command has to be told to find this gateway, and a tenant of it. */
function optionsFor(known: readonly TenantToken[], state: string, cwd: string): string {
  const isDefaultKnown = known.some(({ domain }) => domain === DEFAULT_TENANT);
  return [
    ...(state === resolve(cwd, DEFAULT_STATE) ? [] : [` --state ${quoted(state)}`]),
    ...(isDefaultKnown || !known[0] ? [] : [` --as ${quoted(known[0].domain)}`]),
  ].join('');
}

const indent = (line: string): string => `  ${line}`;
