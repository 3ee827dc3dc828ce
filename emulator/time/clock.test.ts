import { expect, test } from 'vitest';
import { Clock } from './clock.ts';

test('an instant clock waits for nothing', async () => {
  await new Clock().pace(86_400);
});

test('virtual time stands still until it is advanced, and wakes what is due in order', async () => {
  const clock = new Clock();
  clock.configure({ mode: 'virtual', factor: 1 });
  const before = clock.now();
  const woken: string[] = [];
  const late = clock.pace(20).then(() => woken.push('late'));
  const early = clock.pace(10).then(() => woken.push('early'));
  expect(clock.now()).toEqual(before);
  expect(clock.untilNext()).toBe(10_000);
  clock.advance(9_999);
  expect(clock.untilNext()).toBe(1);
  clock.advance(20_000);
  await Promise.all([late, early]);
  expect(woken).toEqual(['early', 'late']);
  expect(clock.untilNext()).toBeUndefined();
});

test('what follows something that ended in the past begins there, and waits no more where its own end is past, too', async () => {
  const clock = new Clock();
  clock.configure({ mode: 'virtual', factor: 1 });
  const begin = clock.now().getTime();
  const first = clock.pace(10);
  clock.advance(60_000);
  const second = await clock.pace(20, undefined, await first);
  expect(second).toBe(begin + 30_000);
  const third = clock.pace(40, undefined, second);
  expect(clock.untilNext()).toBe(10_000);
  clock.advance(10_000);
  expect(await third).toBe(begin + 70_000);
  const late = clock.pace(1, undefined, begin + 86_400_000);
  expect(clock.untilNext(), 'nothing begins in the future').toBe(1000);
  clock.advance(1000);
  await late;
});

test('who waits goes on when the mode changes or the signal aborts', async () => {
  const clock = new Clock();
  clock.configure({ mode: 'virtual', factor: 1 });
  const controller = new AbortController();
  const aborted = clock.pace(1000, controller.signal);
  const changed = clock.pace(1000);
  controller.abort();
  await aborted;
  clock.configure({ mode: 'instant', factor: 1 });
  await changed;
  expect(clock.untilNext()).toBeUndefined();
});

test('advancing does nothing while time is real', () => {
  const clock = new Clock();
  clock.advance(3_600_000);
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(3_000_000);
});
