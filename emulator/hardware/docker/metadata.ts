/** What a server finds at 169.254.169.254: the OpenStack form, and the EC2 form that the service offers beside it. */
import type { NicSpec, ServerSpec } from '../hardware.ts';

export interface ServedFile {
  /** Relative to what is served to the address. */
  readonly path: string;
  readonly data: Buffer;
}

/** Where the metadata container keeps its files. */
export const METADATA_FOLDER = '/srv';

export function metadataFiles(spec: ServerSpec, nic: NicSpec): ServedFile[] {
  const ec2: Readonly<Record<string, unknown>> = {
    'instance-id': spec.metadata.uuid ?? spec.id,
    hostname: spec.hostname,
    'local-hostname': spec.hostname,
    'local-ipv4': nic.address,
    mac: nic.mac,
    'placement/availability-zone': spec.metadata.availability_zone,
  };
  const files = new Map<string, Buffer>([['openstack/latest/meta_data.json', Buffer.from(JSON.stringify(spec.metadata))]]);
  for (const [name, value] of Object.entries(ec2)) {
    if (typeof value === 'string') files.set(`latest/meta-data/${name}`, Buffer.from(value));
  }
  if (spec.userData) {
    files.set('openstack/latest/user_data', spec.userData);
    files.set('latest/user-data', spec.userData);
  }
  return [...files].map(([path, data]) => ({ path, data }));
}
