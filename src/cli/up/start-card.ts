import type { TenantToken } from '../gateway-record.ts';
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

export function startCard(report: StartReport, style: Style): string[] {
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
    ...nextSteps(report),
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

function nextSteps({ tenants: known }: StartReport): string[] {
  const first = known.length === 0 ? [] : ['try `cloudyard images list` in another terminal'];
  return [...first, 'ctrl-c stops it; the state stays'];
}

const indent = (line: string): string => `  ${line}`;
