/** How large the pool is and what is held back, in bytes. */
import { GIB } from '../../units.ts';

export interface PoolLimits {
  /** What all disks together can hold. A larger number later grows the pool; a smaller one is kept too, but the pool's file stays large. */
  readonly poolBytes: number;
  /** Free bytes that new work leaves in the pool. */
  readonly poolFloor: number;
  /** Free bytes that new work leaves in the file system that holds the pool. */
  readonly stateFloor: number;
}

const POOL_BYTES = 200 * GIB;
const STATE_FLOOR = 2 * GIB;
const POOL_FLOOR = GIB / 4;
/** A small pool holds back this part of itself. */
const POOL_FLOOR_PART = 16;

export function poolLimits({ poolBytes = POOL_BYTES, poolFloor, stateFloor = STATE_FLOOR }: Partial<PoolLimits>): PoolLimits {
  return { poolBytes, poolFloor: poolFloor ?? Math.min(POOL_FLOOR, Math.floor(poolBytes / POOL_FLOOR_PART)), stateFloor };
}
