/**
 * Fails a test file that leaves a server listening or a child process running: what a cloud opens, it must close, and what is
 * left here would be left in a user's own tests. Sockets and timers are not looked at: pools keep those alive by design.
 */
import { afterAll, expect, vi } from 'vitest';

const WATCHED = new Set(['TCPServerWrap', 'ProcessWrap', 'FSEventWrap']);
const count = (): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (WATCHED.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
};

const atStart = count();
// Runs after all of the file's own hooks, as the first that was registered. What was told to stop may take a moment.
afterAll(() =>
  vi.waitFor(
    () => expect(count(), 'left open by this test file: servers listening, child processes, file watchers').toEqual(atStart),
    { timeout: 2_000 },
  ),
);
