import { backupErrorCatalogue } from '../../emulator/backups/error-catalogue.ts';
import { contentErrors } from '../../emulator/contents/errors.ts';
import { diskErrorCatalogue } from '../../emulator/disks/error-catalogue.ts';
import type { DocumentedError } from '../../emulator/error-catalogue.ts';
import { commonErrors, type ErrorCode } from '../../emulator/errors.ts';
import { identityErrors } from '../../emulator/identity/errors.ts';
import { imageErrorCatalogue } from '../../emulator/images/error-catalogue.ts';
import { allJobTypes } from '../../emulator/job-types.ts';
import { jobErrors } from '../../emulator/jobs/operations.ts';
import { networkErrorCatalogue } from '../../emulator/networks/error-catalogue.ts';
import { operations } from '../../emulator/operations.ts';
import { bareMetalErrorCatalogue } from '../../emulator/servers/bare-metal/error-catalogue.ts';
import { serverErrorCatalogue } from '../../emulator/servers/error-catalogue.ts';
import { table } from './markdown.ts';

const INTRODUCTION = `# Error codes

Which documented codes Cloudyard answers, and with which operation or job. Made from the tables in the code by \`npm run generate\`;
do not edit. Wording of the meanings is ours. In GraphQL a code is the field \`code\` of an error in a result, or \`extensions.code\`.
A failed job has it as \`errorCode\`.
`;

/** The text of docs/errors.md. */
export function errorPage(): string {
  const reached = reachedBy();
  return [
    INTRODUCTION,
    '## Cloudyard and the API gateway\n',
    codes([...Object.values(commonErrors), ...Object.values(contentErrors)], reached),
    '## Image service\n',
    catalogue(imageErrorCatalogue, reached),
    '## Elastic cloud servers\n',
    catalogue(serverErrorCatalogue, reached),
    '## Bare-metal servers\n',
    catalogue(bareMetalErrorCatalogue, reached),
    '## Cloud backup and recovery\n',
    catalogue(backupErrorCatalogue, reached),
    '## Elastic volume service (disks)\n',
    catalogue(diskErrorCatalogue, reached),
    '## Networks\n',
    catalogue(networkErrorCatalogue, reached),
    '## Identity\n',
    codes(
      [...Object.values(identityErrors), ...Object.values(jobErrors).filter(({ code }) => !code.startsWith('IMG.'))],
      reached,
    ),
  ].join('\n');
}

/** Operations and jobs by the codes that they can end with. */
function reachedBy(): Map<string, string[]> {
  const users = [
    ...Object.values(operations).flatMap(verbs =>
      Object.values(verbs).map(({ name, errors, invalid }) => ({ name, errors: [...errors, invalid] })),
    ),
    ...allJobTypes.map(({ name, errors }) => ({ name: `job ${name}`, errors })),
  ];
  const reached = new Map<string, string[]>();
  for (const { name, errors } of users) {
    for (const code of new Set(errors.map(error => error.code))) reached.set(code, [...(reached.get(code) ?? []), name]);
  }
  return reached;
}

/** What the engine and the gateway do for every operation, so that no single one names it. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  'APIGW.0301': 'every request with a missing, wrong or expired token',
  'APIGW.0302': 'every operation that the role does not permit',
  'APIGW.0308': 'the gateway, when a caller has too many subscriptions or requests at once',
  'Cloudyard.0001': 'every change with an idempotency key',
  'Cloudyard.0002': 'every action while the hardware does not answer',
  'Cloudyard.0003': 'every call for a capability that the hardware lacks',
  'Cloudyard.0004': 'every job that writes to disks',
  'Cloudyard.0007': 'whatever a fault rule strikes (a rule may name another code)',
  'Cloudyard.0008': 'every cancelled job',
  'Cloudyard.0010': 'defects; details are in the log, found by the request id',
  'Cloudyard.0011': 'every job that reads a damaged disk',
  'Cloudyard.0012': '– Ends what waits inside while the cloud shuts down; nobody is answered with it.',
};

function by(code: string, reached: ReadonlyMap<string, readonly string[]>): string {
  const names = (reached.get(code) ?? []).map(name => `\`${name}\``);
  const everywhere = EVERYWHERE[code];
  return [...(everywhere === undefined ? [] : [everywhere]), ...names].join(', ') || 'not reachable yet';
}

function codes(errors: readonly ErrorCode[], reached: ReadonlyMap<string, readonly string[]>): string {
  const first = new Map<string, ErrorCode>();
  for (const error of errors) if (!first.has(error.code)) first.set(error.code, error);
  const rows = [...first.values()]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, status, message }) => [code, String(status), message, by(code, reached)]);
  return table(['Code', 'Status', 'Meaning', 'Answered by'], rows);
}

function catalogue(documented: readonly DocumentedError[], reached: ReadonlyMap<string, readonly string[]>): string {
  const rows = documented.map(({ code, meaning, absent }) => [
    code,
    meaning,
    absent === null ? by(code, reached) : `– ${absent}`,
  ]);
  const present = documented.filter(({ absent }) => absent === null).length;
  return `${present} of ${documented.length} documented codes.\n\n${table(['Code', 'Meaning', 'Answered by, or why not'], rows)}`;
}
