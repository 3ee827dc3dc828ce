/** The power of bare-metal servers: what is in its way, and how it fails. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { endOf, endWithout } from './failing-hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';
import { whileJobWaits } from './while-job-waits.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

async function launch({ name }: { name: string }): Promise<string> {
  const imageId = publicImageId('BMS_Debian_12_latest');
  const { jobId, serverIds } = await emulator.a.bareMetal.launch({ name, imageId, flavorId: 'physical.s4.medium' });
  await waitSuccessfully(emulator, jobId);
  return serverIds[0] ?? '';
}

test('power is refused with what is in the way', async () => {
  const { a, b, over } = emulator;
  const serverId = await launch({ name: 'power' });
  const operate = (action: 'POWER_ON' | 'POWER_OFF' | 'REBOOT') => a.bareMetal.operate({ serverIds: [serverId], action });
  expect(await refusal(operate('POWER_ON'))).toBe('BMS.0038');
  const match = { jobType: 'baremetalSingleOperate' };
  const held = await emulator.cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 5 } });
  const off = await operate('POWER_OFF');
  expect(await refusal(operate('REBOOT'))).toBe('BMS.0036');
  await emulator.cloud.faults.remove(held.id);
  await over(off.jobId);
  expect(await refusal(operate('POWER_OFF'))).toBe('BMS.0039');
  expect(await refusal(operate('REBOOT'))).toBe('BMS.1001');
  expect(await refusal(a.bareMetal.operate({ serverIds: [nowhere], action: 'POWER_ON' }))).toBe('BMS.0040');
  expect(await refusal(b.bareMetal.operate({ serverIds: [serverId], action: 'POWER_ON' }))).toBe('BMS.0040');
  const vm = await emulator.launch();
  expect(await refusal(a.bareMetal.operate({ serverIds: [vm], action: 'POWER_OFF' }))).toBe('BMS.0040');
  expect(await refusal(a.servers.stop({ serverIds: [vm, serverId] }))).toBe('Ecs.0005');
});

test('what is done to its power already is in the way of more, by whichever call', async () => {
  const { a, over } = emulator;
  const serverId = await launch({ name: 'busy' });
  const serverIds = [serverId];
  const operate = (action: 'POWER_ON' | 'POWER_OFF' | 'REBOOT') => a.bareMetal.operate({ serverIds, action });
  const refusals = async () => [
    await refusal(operate('POWER_ON')),
    await refusal(operate('POWER_OFF')),
    await refusal(operate('REBOOT')),
    await refusal(a.servers.start({ serverIds })),
    await refusal(a.servers.stop({ serverIds })),
    await refusal(a.servers.reboot({ serverIds })),
  ];
  const during = (order: () => Promise<{ jobId: string }>) =>
    whileJobWaits(emulator, { jobType: 'baremetalSingleOperate' }, order, refusals);
  expect(await during(() => operate('REBOOT'))).toEqual(Array.from({ length: 6 }, () => 'BMS.0037'));
  await over((await operate('POWER_OFF')).jobId);
  expect(await during(() => operate('POWER_ON'))).toEqual(Array.from({ length: 6 }, () => 'BMS.0035'));
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', powerState: 'ON' });
});

test('a machine that cannot be switched off runs on', async () => {
  const { a } = emulator;
  const serverId = await launch({ name: 'stuck' });
  const off = () => a.bareMetal.operate({ serverIds: [serverId], action: 'POWER_OFF' });
  expect(await endWithout(emulator, 'stopServer', off)).toBe('BMS.0006');
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', powerState: 'ON', taskState: null });
  expect(await endOf(emulator, off)).toBe('SUCCESS');
});

test('a machine that cannot be switched on stays off, and says why', async () => {
  const { a } = emulator;
  const serverId = await launch({ name: 'dark' });
  const on = () => a.bareMetal.operate({ serverIds: [serverId], action: 'POWER_ON' });
  await waitSuccessfully(emulator, (await a.bareMetal.operate({ serverIds: [serverId], action: 'POWER_OFF' })).jobId);
  expect(await endWithout(emulator, 'startServer', on)).toBe('BMS.3037');
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'SHUTOFF', powerState: 'OFF', faultCode: 'BMS.3037' });
  expect(await endOf(emulator, on)).toBe('SUCCESS');
});

test('the calls of cloud servers switch a bare-metal server too, by its own jobs', async () => {
  const { a, over } = emulator;
  const serverId = await launch({ name: 'both' });
  const stop = await a.servers.stop({ serverIds: [serverId], type: 'HARD' });
  expect(await over(stop.jobId)).toMatchObject({ type: 'baremetalBatchOperate', status: 'SUCCESS' });
  expect(await a.jobs.listSubJobs({ jobIds: [stop.jobId] })).toMatchObject([
    { type: 'baremetalSingleOperate', entities: { server_id: serverId } },
  ]);
  await over((await a.servers.start({ serverIds: [serverId] })).jobId);
  await over((await a.servers.reboot({ serverIds: [serverId], type: 'HARD' })).jobId);
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', powerState: 'ON' });
});

test('nothing was lost, and nothing is half made', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
