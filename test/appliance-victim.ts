/**
 * A gateway in a process of its own, to be killed. Its one argument is a JSON object: cloudId, folder, applianceFolder, and
 * optionally uid and gid, which it takes on before it touches anything. Each line on standard output says what it does next.
 */
import { argv, stdout } from 'node:process';
import Docker from 'dockerode';
import { z } from 'zod';
import { openDockerHardware } from '../emulator/hardware/docker/docker-hardware.ts';
import { placeholder, seedOf, testServer, testSubnet } from './appliance-fixtures.ts';

const Task = z.object({
  cloudId: z.string(),
  folder: z.string(),
  applianceFolder: z.string(),
  uid: z.number().optional(),
  gid: z.number().optional(),
});

const task = Task.parse(JSON.parse(argv[2] ?? ''));
const say = (line: string): void => void stdout.write(`${line}\n`);

if (task.gid !== undefined && task.uid !== undefined) {
  process.setgroups?.([task.gid]);
  process.setgid?.(task.gid);
  process.setuid?.(task.uid);
}
const { cloudId, folder, applianceFolder } = task;
const hardware = await openDockerHardware({
  cloudId,
  folder,
  applianceFolder,
  engine: new Docker(),
  poolBytes: 4 * 2 ** 30,
  stateFloor: 2 ** 30,
});
await hardware.prepare();
await hardware.materialise(placeholder, 'image');
await hardware.ensureSubnet(testSubnet);
say('prepared');
for (let number = 1; number <= 3; number++) {
  const spec = testServer(number);
  await hardware.disks.snapshot([{ source: 'image', target: spec.disk }]);
  const userData = Buffer.from('#!/bin/sh\nwhile :; do echo tick >> /ticks; usleep 2000; done &\n');
  say(`starting ${number}`);
  await hardware.startServer(spec, seedOf(spec, { userData }));
  say(`started ${number}`);
  await hardware.writeFile({ disk: spec.disk, server: spec.id }, '/root/kept', Buffer.from(`by server ${number}`));
  say(`copying ${number}`);
  await hardware.snapshot([{ source: spec.disk, target: `copy-${number}` }]);
  say(`copied ${number}`);
}
say('done');
// Until it is killed.
setInterval(() => {}, 60_000);
