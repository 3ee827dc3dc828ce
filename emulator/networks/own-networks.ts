/**
 * What a caller may change: its own. Looked up in the transaction that changes it. For everyone else it does not exist. The errors are
 * those of errors.ts.
 */
import { type ErrorCode, ensure } from '../errors.ts';
import type { Port, PublicAddress, SecurityGroup, Subnet, Vpc } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { networkErrors as errors } from './errors.ts';

interface Owner {
  readonly tenantId: string;
}

export async function ownVpc(tx: Transaction, owner: Owner, id: string): Promise<Vpc> {
  return owned(await tx.db.vpc.findUnique({ where: { id } }), owner, errors.vpcNotFound, 'vpcId');
}

export async function ownSubnet(tx: Transaction, owner: Owner, id: string): Promise<Subnet> {
  return owned(await tx.db.subnet.findUnique({ where: { id } }), owner, errors.subnetNotFound, 'subnetId');
}

export async function ownPort(tx: Transaction, owner: Owner, id: string): Promise<Port> {
  return owned(await tx.db.port.findUnique({ where: { id } }), owner, errors.portNotFound, 'portId');
}

export async function ownSecurityGroup(tx: Transaction, owner: Owner, id: string): Promise<SecurityGroup> {
  const group = await tx.db.securityGroup.findUnique({ where: { id } });
  return owned(group, owner, errors.securityGroupNotFound, 'securityGroupId');
}

export async function ownPublicAddress(tx: Transaction, owner: Owner, id: string): Promise<PublicAddress> {
  const address = await tx.db.publicAddress.findUnique({ where: { id } });
  return owned(address, owner, errors.publicAddressNotFound, 'publicAddressId');
}

function owned<Row extends Owner>(row: Row | null, { tenantId }: Owner, notFound: ErrorCode, field: string): Row {
  ensure(row?.tenantId === tenantId && row, notFound, { field });
  return row;
}
