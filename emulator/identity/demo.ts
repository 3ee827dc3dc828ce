import type { DomainSpec } from '../config.ts';

/**
 * The demo set: fixed and documented, so that examples can be copied. Its tokens work on loopback only and do not expire.
 * The operator's domain owns the public images; its user administers the cloud.
 */
export const operatorDomain: DomainSpec = {
  name: 'cloudyard',
  id: 'c0000000000000000000000000000000',
  tenants: { 'eu-de': 'c0000000000000000000000000000001', 'eu-nl': 'c0000000000000000000000000000002' },
  users: [
    {
      name: 'admin',
      id: 'c00000000000000000000000000000a0',
      role: 'ADMINISTRATOR',
      tokens: { 'eu-de': 'cloudyard-admin' },
    },
  ],
};

export const demoDomains: readonly DomainSpec[] = [
  {
    name: 'demo-a',
    id: 'a0000000000000000000000000000000',
    tenants: { 'eu-de': 'a0000000000000000000000000000001', 'eu-nl': 'a0000000000000000000000000000002' },
    users: [
      {
        name: 'alice',
        id: 'a00000000000000000000000000000a0',
        password: 'Cloudyard-1',
        role: 'TENANT_ADMIN',
        tokens: { 'eu-de': 'cloudyard-demo-a', 'eu-nl': 'cloudyard-demo-a-eu-nl' },
      },
    ],
  },
  {
    name: 'demo-b',
    id: 'b0000000000000000000000000000000',
    tenants: { 'eu-de': 'b0000000000000000000000000000001', 'eu-nl': 'b0000000000000000000000000000002' },
    users: [
      {
        name: 'bob',
        id: 'b00000000000000000000000000000b0',
        password: 'Cloudyard-2',
        role: 'TENANT_ADMIN',
        tokens: { 'eu-de': 'cloudyard-demo-b', 'eu-nl': 'cloudyard-demo-b-eu-nl' },
      },
    ],
  },
];
