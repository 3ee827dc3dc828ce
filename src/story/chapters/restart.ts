import * as documents from '../documents.ts';
import { signIn } from '../ssh.ts';
import { expectThat } from '../teller.ts';
import type { World } from '../world.ts';
import { type Beginning, sshPortOf } from './launch.ts';

/** Step 7: the process is killed in the middle of a job and started again; then Ctrl-C and a new start: everything is as it was. */
export async function restart(world: World, { serverId, cargo, privateKey }: Beginning): Promise<void> {
  const { a, stage, teller } = world;
  teller.chapter(7, 'the cloud is killed in the middle of a job, and later stopped and started');
  await world.killed(a, documents.rebootServers, { serverIds: [serverId], type: 'HARD' });
  teller.fact('the job went on where it was and succeeded');
  const before = await everything(world);
  const port = stage.hardware === 'docker' ? await sshPortOf(world, serverId) : undefined;
  await stage.stop();
  teller.tell('Ctrl-C');
  await stage.start();
  teller.tell('started again');
  expectThat((await everything(world)) === before, 'everything is as it was');
  const { serverFile } = await a.query<{ serverFile: { base64: string } }>(documents.readFile, { serverId, path: cargo.path });
  expectThat(serverFile.base64 === cargo.content, 'the disk kept its bytes');
  teller.fact('servers, images and bytes are as they were');
  if (port !== undefined) await signIn(world, { port }, privateKey, 'hostname');
}

async function everything({ a, b }: World): Promise<string> {
  const of = async (who: World['a']): Promise<unknown[]> => [
    await who.query(documents.servers),
    await who.query(documents.images, {}),
  ];
  return JSON.stringify([await of(a), await of(b)]);
}
