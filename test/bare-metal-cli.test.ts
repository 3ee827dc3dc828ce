import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../src/testing/index.ts';
import { RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-'));
let cloud: TestCloud;
let url: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  url = await cloud.url();
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

const run = async (line: string) => new RunningCli(line.split(' '), { cwd: folder, env: { CLOUDYARD_URL: url } });

async function ok(line: string): Promise<string> {
  const ended = await run(line);
  expect(ended, line).toMatchObject({ code: 0 });
  return ended.stdout;
}

test('a bare-metal server is launched, switched and shown from the command line', async () => {
  expect(await ok('flavors list --kind bare-metal')).toMatch(/physical\.o2\.medium .*volume/);
  expect(await ok('flavors list')).not.toContain('physical.');
  const launched = await ok(
    'baremetal launch metal --image BMS_Debian_12_latest --flavor physical.o2.medium --root-size 40 --root-type ssd --data-disk 10:ssd --data-disk 20',
  );
  expect(launched).toMatch(/server metal runs: [0-9a-f-]{36}/);
  expect(await ok('baremetal list')).toContain('metal');
  expect(await ok('servers show metal')).toContain('/dev/sda 40 GiB SSD, /dev/sdb 10 GiB SSD, /dev/sdc 20 GiB SAS');

  expect(await ok('baremetal power off metal')).toContain('server metal is off');
  expect(await ok('baremetal boot-order metal pxe disk')).toContain('server metal boots from pxe, disk');
  const shown = JSON.parse(await ok('baremetal show metal --json'));
  expect(shown).toMatchObject({ powerState: 'OFF', provisionState: 'active', bootOrder: ['PXE', 'DISK'] });
  for (const verb of ['on', 'soft-reboot', 'reboot', 'soft-off']) {
    expect(await ok(`baremetal power ${verb} metal`)).toContain('server metal is o');
  }
  expect(await ok('servers delete metal --disks')).toContain('is deleted');
  expect(await ok('baremetal list')).not.toContain('metal');
}, 60_000);

test('what is wrong is said in a line', async () => {
  const refused = await run('baremetal launch metal --image BMS_Debian_12_latest --flavor physical.o2.medium');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('(BMS.0047)') });
  const cloudServer = await cloud.a.servers.list({});
  expect(cloudServer.rows).toEqual([]);
  expect(await run('baremetal show nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody') });
  expect(await run('baremetal boot-order metal floppy')).toMatchObject({ code: 2 });
});
