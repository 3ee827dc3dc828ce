import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { HELPER_BASE, imageNames } from './images.ts';
import { whyNotDocker } from './obstacle.ts';
import { findApplianceFolder } from './recipe.ts';

/** An engine that has these images and can ask these registries' images. */
async function withEngine(has: { os?: string; images?: string[]; registry?: boolean }, work: (engine: Docker) => Promise<void>) {
  const server = createServer(({ url = '' }, response) => {
    const found =
      url.endsWith('/version') ||
      (has.images ?? []).some(
        image => url.endsWith(`/images/${encodeURIComponent(image)}/json`) || url.endsWith(`/images/${image}/json`),
      ) ||
      (has.registry === true && url.includes('/distribution/'));
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ? { Os: has.os ?? 'linux' } : { message: 'no such thing' }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(new Docker({ protocol: 'http', host: '127.0.0.1', port: (server.address() as AddressInfo).port }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const NO_PROGRAMS = '';

test('an engine that nobody can give a system for servers is not chosen, and the reason is said', async () => {
  await withEngine({}, async engine => {
    expect(await whyNotDocker(engine, NO_PROGRAMS)).toMatch(/no registry answers it and mmdebstrap is not installed/);
  });
  await withEngine({ os: 'windows' }, async engine => {
    expect(await whyNotDocker(engine, NO_PROGRAMS)).toMatch(/runs windows containers/);
  });
});

test('where no engine answers, that is said', async () => {
  const nobody = new Docker({ protocol: 'http', host: '127.0.0.1', port: 9 });
  expect(await whyNotDocker(nobody, NO_PROGRAMS)).toMatch(/^no container engine answers \(.*ECONNREFUSED/);
});

test.each(['the helper', 'its base', 'a registry'])('an engine that has %s is chosen', async what => {
  const { helper } = await imageNames(findApplianceFolder());
  const has = { 'the helper': { images: [helper] }, 'its base': { images: [HELPER_BASE] }, 'a registry': { registry: true } }[
    what
  ];
  await withEngine(has ?? {}, async engine => {
    expect(await whyNotDocker(engine, NO_PROGRAMS)).toBeUndefined();
  });
});
