import { type Damage, listDamage, verifyDisks } from '../../emulator/fsck/operations.ts';
import { jobOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { addMutation } from './mutation.ts';
import { TenantRef } from './refs.ts';

const DamageRef = builder.objectRef<Damage>('Damage').implement({
  description: 'Something whose bytes are not what they were: nothing is made of it.',
  fields: t => ({
    kind: t.expose('kind', { type: enums.KeptKind, description: 'What it is.' }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    what: t.exposeString('what', { description: 'What is wrong with it.' }),
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'Whose it is.',
      resolve: ({ tenantId }, _args, { session }) => session.loaders.tenants.load(tenantId),
    }),
  }),
});

builder.queryFields(t => ({
  damage: t.field({
    type: [DamageRef],
    description: 'What the last check of all bytes found, of all tenants. For the administrator.',
    resolve: (_root, _args, { session }) => session.run(listDamage, {}),
  }),
}));

addMutation('verifyDisks', {
  description:
    'Reads every byte that is kept: images, backups and snapshots, which are compared with their checksums, and disks, also those that bare-metal servers have of their own. What is wrong is noted and refused from then on. For the administrator; its findings are `damage`.',
  input: () => ({}),
  run: (session, _input, options) => session.run(verifyDisks, {}, options),
  payload: t => ({ job: t.field(jobOfAnswer) }),
});
