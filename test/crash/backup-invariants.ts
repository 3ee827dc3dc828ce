import { backupDisk, partsOf, withParts } from '../../emulator/backups/backup-disk.ts';
import { storedBytes } from '../../emulator/backups/stored-bytes.ts';
import type { Cloud } from '../../emulator/cloud.ts';

/** Vaults and backups of a cloud in which nothing is going on: what they say they store is so, and every byte is what it was. */
export async function backupsAgree(cloud: Cloud): Promise<string[]> {
  const problems: string[] = [];
  const { read } = cloud.database;
  const vaults = await read.vault.findMany({ include: { backups: { where: { parentId: null }, include: withParts } } });
  for (const { name: vault, status, usedBytes, backups } of vaults) {
    if (status !== 'AVAILABLE') problems.push(`vault ${vault} is ${status} with nobody at work on it`);
    const total = backups.reduce((sum, backup) => sum + backup.storedBytes, 0n);
    if (total !== usedBytes) problems.push(`vault ${vault} says ${usedBytes} bytes, its backups store ${total}`);
    for (const backup of backups) {
      const parts = partsOf(backup);
      const stored = parts.reduce((sum, part) => sum + part.storedBytes, 0n);
      if (stored !== backup.storedBytes) problems.push(`${backup.name} says ${backup.storedBytes} bytes, its parts ${stored}`);
      for (const part of parts) {
        if (part.status !== 'AVAILABLE' || backup.status !== 'AVAILABLE')
          problems.push(`${part.name} is ${part.status}, ${backup.name} is ${backup.status}, with nobody at work on them`);
        const counted = await storedBytes(cloud, part, backupDisk(part.id));
        if (BigInt(counted.storedBytes) !== part.storedBytes || part.incremental !== (counted.previousId !== null))
          problems.push(`${part.name} says ${part.storedBytes} bytes, and stores ${counted.storedBytes}`);
        // Whose check was broken off, under a full-ECS image: nobody has summed it yet.
        if (part.checksum === null) continue;
        const sum = await cloud.hardware.disks.checksum(backupDisk(part.id)).catch((error: unknown) => String(error));
        if (sum !== part.checksum) problems.push(`${part.name} should have the checksum ${part.checksum} and has ${sum}`);
      }
    }
  }
  const checkpoints = await read.checkpoint.findMany({ include: { backups: true } });
  for (const { name, status, backups } of checkpoints) {
    if (status !== (backups.length > 0 ? 'AVAILABLE' : 'ERROR'))
      problems.push(`checkpoint ${name} with ${backups.length} backups is ${status}`);
  }
  return problems;
}
