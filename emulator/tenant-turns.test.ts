import { expect, test } from 'vitest';
import { TenantTurns } from './tenant-turns.ts';

/** Work that tells of its beginning, and ends when it is told to. */
function heldWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    await new Promise<void>(resolve => ends.set(name, resolve));
    return name;
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

test('one tenant has some of the turns, however much it orders, and the others the rest', async () => {
  const turns = new TenantTurns({ atOnce: 3, ofOneTenant: 2 });
  const { begun, work, end } = heldWork();
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map(name => turns.run(name.slice(0, 1), work(name)));
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  end('a1');
  await all[0];
  await expect.poll(() => begun).toEqual(['a1', 'a2', 'b1', 'b2']);
  for (const name of ['a2', 'b1', 'b2', 'a3', 'a4', 'c1']) {
    await expect.poll(() => begun).toContain(name);
    end(name);
  }
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']);
});

test('a failure is passed on, and its turn to the next', async () => {
  const turns = new TenantTurns({ atOnce: 1, ofOneTenant: 1 });
  const failing = turns.run('a', () => Promise.reject(new Error('no')));
  const next = turns.run('a', async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
  expect(await turns.run('a', async () => 'again')).toBe('again');
});
