import { operatorDomain } from '../identity/demo.ts';
import { supportAttribute } from '../servers/bare-metal/flavors.ts';
import type { Transaction } from '../transactions.ts';
import { type PublicImage, publicImages } from './catalogue.ts';
import { featureAttributes } from './features.ts';

/** Writes the public images. Their bytes are made when somebody first launches from them. */
export async function publishCatalogue(tx: Transaction, now: Date): Promise<void> {
  const [ownerId = ''] = Object.values(operatorDomain.tenants);
  await tx.db.image.createMany({ data: publicImages.map(image => imageRow(image, ownerId, now)) });
  await tx.db.imageAccess.createMany({
    data: publicImages.map(({ id, name }) => ({
      audience: '*',
      imageId: id,
      relation: 'PUBLIC' as const,
      listed: true,
      name,
      createdAt: now,
      updatedAt: now,
    })),
  });
}

const OS_TYPES = { Linux: 'LINUX', Windows: 'WINDOWS', Other: 'OTHER' } as const;
const ARCHITECTURES = { x86: 'X86', arm: 'ARM' } as const;
const FIRMWARES = { bios: 'BIOS', uefi: 'UEFI' } as const;

function imageRow(image: PublicImage, ownerId: string, now: Date) {
  return {
    id: image.id,
    ownerId,
    regionId: '*',
    name: image.name,
    status: 'ACTIVE' as const,
    visibility: 'PUBLIC' as const,
    kind: image.partitioned ? ('BARE_METAL' as const) : ('SYSTEM' as const),
    protected: true,
    osType: OS_TYPES[image.osType],
    osVersion: image.osVersion,
    osBit: String(image.osBit),
    platform: image.platform,
    architecture: ARCHITECTURES[image.architecture],
    firmware: FIRMWARES[image.firmware],
    minDisk: image.minDisk,
    minRam: image.minRam,
    content: 'NOT_YET' as const,
    container: image.container,
    debianSuite: image.debianSuite,
    loginUser: image.loginUser,
    userData: image.features.includes('USER_DATA_INJECTION'),
    diskHotSwap: image.features.includes('DISK_HOT_SWAP'),
    attributes: {
      ...featureAttributes(image.features),
      ...(image.supportsKvm && { __support_kvm: 'true' }),
      ...Object.fromEntries(image.boards.map(board => [supportAttribute(board), 'true'])),
    },
    createdAt: now,
    updatedAt: now,
    activeAt: now,
  };
}
