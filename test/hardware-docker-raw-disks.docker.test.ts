/**
 * Disks without a file system in servers that run, and what a server's root may try with the device it has. The numbers of devices are the
 * machine's: a server must reach no other disk by the one it knows, whatever it does, and whatever happens to the helper meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerSpec } from '../emulator/hardware/hardware.ts';
import { at } from './appliance-fixtures.ts';
import { MIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

const SIZE = 64 * MIB;
const BUSY = { name: 'HardwareError', problem: 'busy' };
/** Detaches a loop device from its file, for which the kernel asks no right. */
const CLEAR = 'busybox losetup -d /dev/vdb';

describe('disks without a file system', async () => {
  const bench = new DockerHardwareBench();
  const { launch, remove, run, inHelper } = bench;
  const hardware = await bench.open();
  await hardware.prepare();
  const found = hardware.capabilities().find(({ name }) => name === 'rawDisks');

  beforeAll(bench.prepare, 600_000);
  afterAll(bench.dismantle);

  const disk = async (text = ''): Promise<string> => {
    const id = await bench.blankDisk(SIZE);
    if (text) await hardware.disks.write(id, 0, Buffer.from(text));
    return id;
  };
  const refusal = (spec: ServerSpec, line: string): Promise<string> => run(spec, `(${line}) 2>&1 && echo went through || true`);
  const head = (spec: ServerSpec, device = '/dev/vdb') => run(spec, `head -c 8 ${device}`);
  const bytesOf = async (id: string): Promise<string> => (await hardware.disks.read(id, { offset: 0, length: 8 })).toString();

  if (!found?.available) {
    test('are not seen in a server here, and the capability says why', async () => {
      expect(found?.reason).toContain('control groups');
      const spec = await launch({ dataDisks: [at(await disk())] });
      expect(await refusal(spec, 'ls /dev/vdb')).toContain('No such file');
      await remove(spec);
    });
    return;
  }

  test('are devices of their size, whose bytes stay; nothing of their name is left behind', async () => {
    const [spec, id] = await Promise.all([launch(), disk('outside!')]);
    await hardware.attachDisk(spec.id, at(id));
    await hardware.attachDisk(spec.id, at(id));
    expect(await run(spec, 'blockdev --getsize64 /dev/vdb; head -c 8 /dev/vdb')).toBe(`${SIZE}\noutside!`);
    await run(spec, 'printf "inside!!" | dd of=/dev/vdb conv=notrunc');
    await hardware.detachDisk(spec.id, id);
    await hardware.detachDisk(spec.id, id);
    expect(await refusal(spec, 'ls /dev/vdb')).toContain('No such file');
    expect(await bytesOf(id)).toBe('inside!!');
    await remove(spec);
  });

  test('are there at each start, grow while a server has them, and are whole in a copy', async () => {
    const id = await disk('first...');
    const spec = await launch({ dataDisks: [at(id, '/dev/vdc')] });
    expect(await head(spec, '/dev/vdc')).toBe('first...');
    await hardware.rebootServer({ ...spec, dataDisks: [at(id)] }, 'HARD');
    await run(spec, 'printf "second.." | dd of=/dev/vdb conv=notrunc,fsync');
    const copies = [id, spec.disk].map(source => ({ source, target: `${source}-copy` }));
    await hardware.snapshot(copies);
    expect(await bytesOf(`${id}-copy`)).toBe('second..');
    await hardware.growDisk(id, 2 * SIZE);
    expect(await run(spec, 'blockdev --getsize64 /dev/vdb; head -c 8 /dev/vdb')).toBe(`${2 * SIZE}\nsecond..`);
    await remove(spec);
  });

  test('of a server that ended hold what it wrote, and are free', async () => {
    const id = await disk();
    const spec = await launch({ dataDisks: [at(id)] });
    await run(spec, 'printf "unsynced" | dd of=/dev/vdb conv=notrunc');
    await hardware.stopServer(spec.id, 'HARD');
    expect(await bytesOf(id)).toBe('unsynced');
    await hardware.growDisk(id, 2 * SIZE);
    await remove(spec);
  });

  test('take no other’s place in /dev, and are free after an attach that failed', async () => {
    const [spec, id] = await Promise.all([launch(), disk()]);
    await run(spec, 'mkdir /dev/vdb');
    await expect(hardware.attachDisk(spec.id, at(id))).rejects.toMatchObject(BUSY);
    await hardware.growDisk(id, 2 * SIZE);
    await run(spec, 'rmdir /dev/vdb');
    await hardware.attachDisk(spec.id, at(id));
    expect(await run(spec, 'blockdev --getsize64 /dev/vdb')).toBe(String(2 * SIZE));
    await remove(spec);
  });

  test('read-only are not written, while another server writes to the same disk', async () => {
    const [reader, writer, id] = await Promise.all([launch(), launch(), disk('before..')]);
    await hardware.attachDisk(reader.id, at(id, '/dev/vdb', true));
    await hardware.attachDisk(writer.id, at(id, '/dev/vdc'));
    expect(await refusal(reader, 'printf x > /dev/vdb')).toMatch(/not permitted/);
    await run(writer, 'printf "after..." | dd of=/dev/vdc conv=notrunc,fsync');
    expect(await head(reader)).toBe('after...');
    await hardware.detachDisk(writer.id, id);
    expect(await head(reader)).toBe('after...');
    await remove(reader, writer);
  });

  test('that a server made a file system on are devices until the last has let go, and mounted from then on', async () => {
    const [one, two, id] = await Promise.all([launch(), launch(), disk()]);
    await hardware.attachDisk(one.id, at(id));
    // Busybox takes the node, which is a mount, for a mounted file system.
    await run(one, 'ln -s /dev/vdb /tmp/disk; mke2fs -b 4096 /tmp/disk');
    await hardware.attachDisk(two.id, at(id));
    expect(await run(two, 'test -b /dev/vdb; awk \'$2 ~ "^/mnt/"\' /proc/mounts')).toBe('');
    await hardware.detachDisk(one.id, id);
    await hardware.detachDisk(two.id, id);
    await hardware.attachDisk(one.id, at(id));
    expect(await run(one, 'grep -c " /mnt/vdb ext4 " /proc/mounts')).toBe('1');
    await remove(one, two);
  });

  describe('a server’s root', () => {
    test('cannot make, change, move or remove a device, nor put another file behind its own', async () => {
      const spec = await launch({ dataDisks: [at(await disk('its own.'))] });
      expect(await refusal(spec, 'mknod /tmp/loop b 7 0')).toMatch(/not permitted/);
      expect(await refusal(spec, 'mknod /dev/loop b 7 0')).toMatch(/not permitted/);
      for (const line of ['chmod 666 /dev/vdb', 'chown 1 /dev/vdb']) expect(await refusal(spec, line)).toContain('Read-only');
      for (const line of ['rm -f /dev/vdb', 'mv /dev/vdb /dev/other']) expect(await refusal(spec, line)).toContain('busy');
      await run(spec, `dd if=/dev/zero of=/root/own bs=1M count=64`);
      expect(await refusal(spec, 'busybox losetup /dev/vdb /root/own')).not.toContain('went through');
      await run(spec, CLEAR);
      expect(await refusal(spec, 'busybox losetup /dev/vdb /root/own')).not.toContain('went through');
      expect(await head(spec)).toBe('its own.');
      await remove(spec);
    });

    test('that detaches its device from the disk gets no other disk for it, also while no helper runs', async () => {
      const attacker = await launch({ dataDisks: [at(await disk('its own.'))] });
      await run(attacker, CLEAR);
      const victims = await Promise.all(
        ['secret 1', 'secret 2'].map(async text => await launch({ dataDisks: [at(await disk(text))] })),
      );
      execFileSync('docker', ['kill', bench.name('helper')]);
      await run(attacker, CLEAR);
      victims.push(await launch({ dataDisks: [at(await disk('secret 3'))] }));
      expect(await head(attacker)).toBe('its own.');
      expect(await Promise.all(victims.map(spec => head(spec)))).toEqual(['secret 1', 'secret 2', 'secret 3']);
      await remove(attacker, ...victims);
    });

    test('keeps its disk while it uses it; forced, it keeps a leftover alone, by no number that another disk gets', async () => {
      const [attacker, victim, id] = await Promise.all([launch(), launch(), disk('its own.')]);
      await hardware.attachDisk(attacker.id, at(id));
      // Holds it open, in the two ways there are, over all that follows.
      await run(
        attacker,
        `(exec 3<>/dev/vdb; touch /tmp/held; while [ ! -e /tmp/go ]; do usleep 10000; done; head -c 8 <&3 > /tmp/kept;
          head -c 8 /proc/self/fd/3 > /tmp/again 2> /tmp/refused; printf HACKED.. >&3; sync; touch /tmp/done; sleep 600) > /dev/null 2>&1 &
          while [ ! -e /tmp/held ]; do usleep 10000; done`,
      );
      await expect(hardware.detachDisk(attacker.id, id)).rejects.toMatchObject(BUSY);
      expect(await head(attacker)).toBe('its own.');
      await hardware.detachDisk(attacker.id, id, { force: true });
      await hardware.detachDisk(attacker.id, id, { force: true });
      expect(await refusal(attacker, 'ls /dev/vdb')).toContain('No such file');
      await hardware.attachDisk(victim.id, at(id));
      await hardware.attachDisk(victim.id, at(await disk('secret 1'), '/dev/vdc'));
      await run(attacker, 'touch /tmp/go; while [ ! -e /tmp/done ]; do usleep 10000; done');
      expect(await run(attacker, 'cat /tmp/kept; cat /tmp/again /tmp/refused')).toMatch(/^its own\..*not permitted$/);
      expect(await run(victim, 'head -c 16 /dev/vdb | tr -d "\\0"; head -c 16 /dev/vdc | tr -d "\\0"')).toBe('its own.secret 1');
      await remove(attacker, victim);
    });

    test('that tells the device to stay for ever keeps it no longer than its server', async () => {
      const id = await disk();
      const spec = await launch({ dataDisks: [at(id)] });
      const number = await run(spec, 'stat -c %T /dev/vdb');
      // As the guest itself may: LOOP_SET_STATUS64 asks for no more than a device open for writing.
      const stay = `import fcntl, os, struct
device = os.open("/dev/loop${Number.parseInt(number, 16)}", os.O_RDWR)
status = bytearray(232)
fcntl.ioctl(device, 0x4C05, status)
struct.pack_into("=I", status, 52, 0)
fcntl.ioctl(device, 0x4C04, bytes(status))`;
      await inHelper('python3', '-c', stay);
      await hardware.stopServer(spec.id, 'HARD');
      await hardware.formatDisk(id);
      await remove(spec);
    });
  });
});
