import type { ImageSource, Seed, ServerSpec } from '../../emulator/hardware/hardware.ts';

export const debian: ImageSource = {
  name: 'Standard_Debian_12_latest',
  osVersion: 'Debian GNU/Linux 12.0.0 64bit',
  platform: 'Debian',
  osType: 'Linux',
  container: 'debian:12',
  debianSuite: 'bookworm',
  partitioned: false,
};

/** A server on the disk of the same name. */
export const specOf = (name: string): ServerSpec => ({
  id: name,
  tenantId: 'tenant',
  hostname: `host-${name}`,
  disk: name,
  dataDisks: [],
  vcpus: 1,
  memoryMiB: 512,
  nics: [],
  sshPort: null,
  metadata: {},
  userData: null,
});

export const seedOf = (name: string): Seed => ({
  hostname: `host-${name}`,
  authorizedKeys: ['ssh-ed25519 AAAA somebody'],
  passwordHash: '$6$salt$hash',
  userData: Buffer.from('#!/bin/sh\n'),
  instanceId: `i-${name}`,
});

/** The disk that a round of embedded-victim.ts formats, and its bytes. */
export const dataDisk = (round: number): string => `data-${round}`;
export const DATA_DISK = 64 << 20;
