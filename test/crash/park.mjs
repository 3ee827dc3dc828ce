/**
 * A program that is killed from outside: opens a cloud on the folder that it is given, launches 50 servers, prints what their records say and
 * stays. Runs the compiled emulator, as child.mjs.
 */
import { compiled } from './compiled.mjs';

const { openCloud } = await compiled.cloud();
const { operations } = await compiled.operations();
const { untilJobEnds } = await compiled.untilJobEnds();

const cloud = await openCloud({ folder: process.argv[2] ?? '', hardware: 'embedded' });
const caller = await cloud.tokens.authenticate('cloudyard-demo-a');
const [image] = (await cloud.run(operations.images.list, caller, { filter: { name: 'Standard_Debian_12_latest' } })).rows;
const order = { name: 'web', count: 50, imageId: image?.id ?? '', flavorId: 's3.small.1', adminPassword: 'Cloudyard-1' };
const { jobId } = await cloud.run(operations.servers.launch, caller, order);
await untilJobEnds(cloud, jobId);
const servers = await cloud.database.read.server.findMany({
  include: { attachments: { include: { disk: true } }, ports: true, tags: true },
  orderBy: { id: 'asc' },
});
console.log(JSON.stringify(servers));
setInterval(() => undefined, 1 << 30);
