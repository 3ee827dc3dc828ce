import { Program } from './program.ts';
import type { Workspace } from './workspace.ts';

/** Written to each of the three disks of the server. */
const MEBIBYTES = 1024;

/** A cloud on docker hardware with a server of three disks. What it made in the engine is gone when the workspace is disposed of. */
export async function openDockerDisks(workspace: Workspace): Promise<Program> {
  const program = Program.start(workspace, 'programs/docker-disks', [await workspace.folder(), String(MEBIBYTES)]);
  workspace.onEnd(() => program.end({ task: 'close' }));
  await program.next();
  return program;
}

export interface Timed {
  readonly milliseconds: number;
}
