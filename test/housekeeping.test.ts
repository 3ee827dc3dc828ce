import { expect, test } from 'vitest';
import { openTestCloud } from '../src/testing/test-cloud.ts';

test('the log keeps as many events as configured, and little more', async () => {
  await using cloud = await openTestCloud({ config: { eventsKept: 100 } });
  for (let n = 0; n < 400; n++) await cloud.admin.quotas.set({ tenantId: cloud.a.id, resource: 'images', limit: n });
  await cloud.restart();
  const { count, newest } = await state(cloud);
  expect(count).toBeGreaterThanOrEqual(100);
  expect(count).toBeLessThanOrEqual(300);
  expect(newest).toBeGreaterThan(400);
});

async function state({ cloud }: Awaited<ReturnType<typeof openTestCloud>>): Promise<{ count: number; newest: number }> {
  return { count: await cloud.database.read.event.count(), newest: await cloud.events.head() };
}
