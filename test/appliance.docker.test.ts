/** The agent's own tests, in Python, run where the agent runs: in the helper's image. */

import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import tar from 'tar-stream';
import { beforeAll, expect, test } from 'vitest';
import { frames } from '../emulator/hardware/docker/frames.ts';
import { imageNames } from '../emulator/hardware/docker/images.ts';
import { LABEL } from '../emulator/hardware/docker/labels.ts';
import { applianceFiles, applianceTests, findApplianceFolder } from '../emulator/hardware/docker/recipe.ts';
import { docker, testCloudId, testImages } from './appliance-bench.ts';

beforeAll(testImages, 600_000);

test('the agent does what its own tests say', async () => {
  const folder = findApplianceFolder();
  const { helper } = await imageNames(folder);
  const container = await docker.createContainer({
    Image: helper,
    Cmd: ['python3', '-B', '-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'],
    WorkingDir: '/suite',
    Labels: { [LABEL.cloud]: testCloudId() },
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const pack = tar.pack();
    for (const { path, data } of [...(await applianceFiles(folder)), ...(await applianceTests(folder))])
      pack.entry({ name: path }, data);
    pack.finalize();
    await container.putArchive(pack.pipe(new PassThrough()), { path: '/suite' });
    await container.start();
    const { StatusCode } = await container.wait();
    const log = await container.logs({ stdout: true, stderr: true });
    const said = await text(Readable.from(frames(Readable.from([log]))).map(({ data }: { data: Buffer }) => data));
    expect(StatusCode, said).toBe(0);
    expect(said).toMatch(/Ran \d+ tests[\s\S]*OK/);
  } finally {
    await container.remove({ force: true });
  }
});
