import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

test('as many run at once as there are turns, in the order in which they came, also past failures', async () => {
  const semaphore = new Semaphore(2);
  const begun: number[] = [];
  const ends: ((failed: boolean) => void)[] = [];
  const works = [0, 1, 2, 3].map(n =>
    semaphore.run(async () => {
      begun.push(n);
      if (await new Promise<boolean>(resolve => ends.push(resolve))) throw new Error(`${n} failed`);
      return n;
    }),
  );
  expect(begun).toEqual([0, 1]);
  expect(semaphore.waiting).toBe(2);
  ends[0]?.(true);
  await expect(works[0]).rejects.toThrow('0 failed');
  ends[1]?.(false);
  expect(await works[1]).toBe(1);
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const end of ends.slice(2)) end(false);
  expect(await Promise.all(works.slice(2))).toEqual([2, 3]);
  expect(await semaphore.run(async () => 'free again')).toBe('free again');
});
