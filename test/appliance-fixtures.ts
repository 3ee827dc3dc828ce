/** The servers, the subnet and the image that the suites of the docker driver use. */
import type { DiskMount, ImageSource, Seed, ServerSpec } from '../emulator/hardware/hardware.ts';

/** A server on `subnet-1`; its number makes its id, address and port. */
export function testServer(number: number, changes: Partial<ServerSpec> = {}): ServerSpec {
  const id = `server-${number}`;
  const nic = {
    portId: `port-${number}`,
    subnetId: 'subnet-1',
    address: `192.168.0.${number + 9}`,
    mac: `fa:16:3e:00:00:${number.toString(16).padStart(2, '0')}`,
  };
  const flavor = { vcpus: 1, memoryMiB: 128 };
  const metadata = { uuid: id, name: id, availability_zone: 'az-1' };
  return {
    id,
    tenantId: 'tenant',
    hostname: id,
    disk: `${id}-vda`,
    dataDisks: [],
    ...flavor,
    nics: [nic],
    sshPort: null,
    metadata,
    userData: null,
    ...changes,
  };
}

/** What a server is told at its first start. */
export const seedOf = (spec: ServerSpec, changes: Partial<Seed> = {}): Seed => ({
  hostname: spec.hostname,
  authorizedKeys: [],
  passwordHash: null,
  userData: null,
  instanceId: spec.id,
  ...changes,
});

/** A disk at its place in a server. */
export const at = (disk: string, device = '/dev/vdb', readOnly = false): DiskMount => ({ disk, device, readOnly });

export const testSubnet = { id: 'subnet-1', tenantId: 'tenant', cidr: '192.168.0.0/24', gateway: '192.168.0.1' } as const;

/** An image that is a placeholder wherever the tests run. */
export const placeholder: ImageSource = {
  name: 'Standard_Windows',
  osVersion: 'Windows Server 2022 Standard 64bit',
  platform: 'Windows',
  osType: 'Windows',
  container: null,
  debianSuite: null,
  partitioned: false,
};
