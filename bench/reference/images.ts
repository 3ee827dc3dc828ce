/** What the reference answers with: the fields that the benchmarks ask for, from memory. */

export interface ReferenceTag {
  readonly key: string;
  readonly value: string;
}

export interface ReferenceTenant {
  readonly id: string;
  readonly name: string;
}

export interface ReferenceImage {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly osVersion: string;
  readonly minDisk: number;
  readonly createdAt: string;
  readonly tags: readonly ReferenceTag[];
  readonly owner: ReferenceTenant;
}

export const PAGE = 20;

const owner: ReferenceTenant = { id: 'Tenant:a0000000000000000000000000000001', name: 'eu-de' };

export const referenceImages: readonly ReferenceImage[] = Array.from({ length: PAGE }, (_, index) => ({
  id: `Image:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  name: `image-${index}`,
  status: 'ACTIVE',
  osVersion: 'Debian 12.0.0 64bit',
  minDisk: 4,
  createdAt: '2026-01-01T00:00:00.000Z',
  tags: [{ key: 'stage', value: 'test' }],
  owner,
}));
