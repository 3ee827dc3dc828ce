import type { HardwareKind } from './hardware/hardware.ts';
import type { RegionSpec } from './regions.ts';
import type { Database } from './store/database.ts';

const key = (zone: string): string => `hardware.${zone}`;

/** Which hardware the state was made with; undefined at the first start. */
export async function hardwareOf(database: Database): Promise<HardwareKind | undefined> {
  const row = await database.read.setting.findFirst({ where: { key: { startsWith: key('') } } });
  return row?.value === 'docker' || row?.value === 'embedded' ? row.value : undefined;
}

/** Written for each availability zone, since zones may one day differ. Does nothing where it is recorded already. */
export async function recordHardware(database: Database, regions: readonly RegionSpec[], kind: HardwareKind): Promise<void> {
  if ((await hardwareOf(database)) !== undefined) return;
  const zones = regions.flatMap(region => region.zones);
  await database.write(tx => tx.setting.createMany({ data: zones.map(zone => ({ key: key(zone), value: kind })) }));
}
