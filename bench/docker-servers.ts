import { Program } from './program.ts';
import type { Workspace } from './workspace.ts';

/** A cloud on docker hardware with a server that runs. What it made in the engine is gone when the workspace is disposed of. */
export async function openDockerServers(workspace: Workspace): Promise<Program> {
  const program = Program.start(workspace, 'programs/docker-servers', [await workspace.folder()]);
  workspace.onEnd(() => program.end({ task: 'close' }));
  await program.next();
  return program;
}
