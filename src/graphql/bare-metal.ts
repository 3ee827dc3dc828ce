import { type BareMetalFlavor, extraSpecsOf } from '../../emulator/servers/bare-metal/flavors.ts';
import { readBootOrder } from '../../emulator/servers/bare-metal/machine.ts';
import { findBareMetalFlavor } from '../../emulator/servers/flavors.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { BareMetalServerRef, NodeRef, ServerRef } from './refs.ts';

const BootType = builder.enumType('BootType', {
  description: 'What a machine boots from.',
  values: {
    LOCAL_DISK: { description: 'A disk of its own, which is no disk of the disk service.' },
    VOLUME: { description: 'A disk of the disk service, made at its launch.' },
  } as const,
});

/** Where a machine looks for a system. */
export const BootDevice = builder.enumType('BootDevice', {
  description: 'Where a machine looks for a system.',
  values: {
    DISK: { value: 'disk', description: 'The disk that it was launched with: the only one that has a system here.' },
    PXE: { value: 'pxe', description: 'The network. No subnet has a boot server.' },
    CDROM: { value: 'cdrom', description: 'A drive. No machine has one.' },
  } as const,
});

export const MachineRef = builder.objectRef<BareMetalFlavor>('Machine').implement({
  description: 'What is inside of a machine for a bare-metal server.',
  fields: t => ({
    bootType: t.field({ type: BootType, description: 'What it boots from.', resolve: ({ machine }) => machine.bootType }),
    boardType: t.string({
      description: 'Its board: public images with the attribute `__support_<board>` boot on it.',
      resolve: ({ machine }) => machine.boardType,
    }),
    cpuArchitecture: t.string({ description: '`x86_64` or `aarch64`.', resolve: ({ machine }) => machine.cpuArchitecture }),
    localDisk: t.int({
      nullable: true,
      description: 'Size of the disk that it boots from, in GiB; null where it boots from a volume.',
      resolve: ({ machine }) => machine.localDisk,
    }),
    takesDisks: t.boolean({
      description: 'Whether disks can be attached to it: SCSI ones.',
      resolve: ({ machine }) => machine.takesDisks,
    }),
    cpu: t.string({ description: 'Its processors, in words.', resolve: ({ machine }) => machine.cpu }),
    memory: t.string({ description: 'Its memory, in words.', resolve: ({ machine }) => machine.memory }),
    disk: t.string({ description: 'Its own disks, in words.', resolve: ({ machine }) => machine.disk }),
    network: t.string({ description: 'Its network cards, in words.', resolve: ({ machine }) => machine.network }),
    extraSpecs: t.field({
      type: 'JSON',
      description: 'The same as the service’s own attributes: `baremetal:extBootType`, `capabilities:board_type`, …',
      resolve: flavor => ({ ...extraSpecsOf(flavor) }),
    }),
  }),
});

BareMetalServerRef.implement({
  description:
    'A bare-metal server (BMS): a machine of its own, switched by its management controller. That controller is simulated here; its disk, and what runs from it, are as real as those of a cloud server.',
  interfaces: [NodeRef, ServerRef],
  fields: t => ({
    powerState: t.expose('powerState', {
      type: enums.PowerState,
      nullable: true,
      description: 'Whether the machine is on, as its management controller says.',
    }),
    provisionState: t.exposeString('provisionState', {
      nullable: true,
      description: 'Where its provisioning is, as Ironic says it: `cleaning`, `deploying`, `active`.',
    }),
    bootOrder: t.field({
      type: [BootDevice],
      description: 'Where it looks for a system, the first device first.',
      resolve: ({ bootOrder }) => readBootOrder(bootOrder),
    }),
    bootType: t.field({
      type: BootType,
      nullable: true,
      description: 'What it boots from.',
      resolve: ({ flavorId }) => findBareMetalFlavor(flavorId)?.machine.bootType,
    }),
  }),
});
