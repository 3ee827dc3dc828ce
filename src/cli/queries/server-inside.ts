/** What is inside a server: commands, files, console. */
import type { Client, Message } from '../../client/client.ts';
import { ERROR } from './result.ts';

export interface CommandResult {
  /** Null if the time was up. */
  readonly exitCode: number | null;
  readonly stdoutBase64: string;
  readonly stderrBase64: string;
}

const RUN = `mutation ($input: RunServerCommandInput!) {
  runServerCommand(input: $input) {
    __typename ... on RunServerCommandPayload { exitCode stdoutBase64 stderrBase64 } ${ERROR}
  }
}`;

export const runCommand = (
  client: Client,
  serverId: string,
  command: readonly string[],
  timeoutSeconds?: number,
): Promise<CommandResult> => client.mutate<CommandResult>(RUN, { input: { serverId, command, timeoutSeconds } });

export interface FileEntry {
  readonly name: string;
  readonly type: 'FILE' | 'DIRECTORY' | 'LINK' | 'OTHER';
  readonly size: number;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: string;
  readonly linkTarget: string | null;
}

/** A server, and one of its disks; without it the system disk. */
export interface FilePlace {
  readonly serverId: string;
  readonly diskId?: string | undefined;
}

const FILES = `query ($serverId: ID!, $diskId: ID, $path: String!) {
  serverFiles(serverId: $serverId, diskId: $diskId, path: $path) { name type size mode uid gid modifiedAt linkTarget }
}`;

export async function listFiles(client: Client, at: FilePlace, path: string): Promise<readonly FileEntry[] | null> {
  return (await client.query<{ serverFiles: FileEntry[] | null }>(FILES, { ...at, path })).serverFiles;
}

const FILE = `query ($serverId: ID!, $diskId: ID, $path: String!, $offset: Bytes, $length: Int) {
  serverFile(serverId: $serverId, diskId: $diskId, path: $path, offset: $offset, length: $length) { base64 }
}`;

/** A part of a file; shorter than asked for at its end. */
export async function readFilePart(
  client: Client,
  at: FilePlace,
  path: string,
  { offset, length }: { offset: number; length: number },
): Promise<Buffer | null> {
  const { serverFile } = await client.query<{ serverFile: { base64: string } | null }>(FILE, { ...at, path, offset, length });
  return serverFile && Buffer.from(serverFile.base64, 'base64');
}

const WRITE = `mutation ($input: WriteServerFileInput!) {
  writeServerFile(input: $input) { __typename ... on WriteServerFilePayload { path size } ${ERROR} }
}`;

type Written = { readonly path: string; readonly size: number };

export const writeFile = (
  client: Client,
  input: FilePlace & { path: string; base64: string; mode?: string | undefined },
): Promise<Written> => client.mutate<Written>(WRITE, { input });

export interface ConsolePart {
  readonly base64: string;
  readonly nextOffset: number;
}

const CONSOLE = `query ($serverId: ID!, $offset: Bytes) {
  serverConsole(serverId: $serverId, offset: $offset) { base64 nextOffset }
}`;

export async function readConsole(client: Client, serverId: string, offset: number): Promise<ConsolePart | null> {
  return (await client.query<{ serverConsole: ConsolePart | null }>(CONSOLE, { serverId, offset })).serverConsole;
}

const WATCH_CONSOLE = `subscription ($serverId: ID!, $offset: Bytes) {
  serverConsole(serverId: $serverId, offset: $offset) { base64 nextOffset }
}`;

export const watchConsole = (
  client: Client,
  variables: { serverId: string; offset: number },
  signal: AbortSignal,
): AsyncGenerator<Message<{ serverConsole: ConsolePart }>, void, void> =>
  client.subscribe<{ serverConsole: ConsolePart }>(WATCH_CONSOLE, variables, signal);
