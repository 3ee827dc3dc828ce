/** What stands and falls with a server that boots, and what containers cannot do, with the reasons. */
import type { Capability, CapabilityName } from '../hardware.ts';
import type { TrialOutcome } from './trial.ts';

const PROVED: readonly CapabilityName[] = [
  'processes',
  'exec',
  'ssh',
  'console',
  'metadata',
  'networks',
  'diskFull',
  'dataDisks',
  'sharedDisks',
  'partitionedDisks',
];

const USER_DATA_REMARK = 'shell scripts (#!) run on every image; #cloud-config only where the image has cloud-init';

const ABSENT: readonly Capability[] = [
  {
    name: 'diskThroughput',
    available: false,
    reason:
      'what a server writes leaves its memory through threads of the kernel, whose throughput no limit of a container holds back',
  },
  { name: 'securityGroups', available: false, reason: 'rules are kept and checked, but no packet filter is set by them' },
];

export function capabilities({ noServer, noAddress, noRawDisk }: TrialOutcome): Capability[] {
  const found = (name: CapabilityName, reason: string | undefined): Capability =>
    reason === undefined ? { name, available: true } : { name, available: false, reason };
  return [
    ...PROVED.map(name => found(name, noServer)),
    { name: 'userData', available: noServer === undefined, reason: noServer ?? USER_DATA_REMARK },
    {
      name: 'imageContent',
      available: true,
      reason: 'real content where a registry answers or the image is Debian, else a placeholder',
    },
    found('publicAddresses', noServer ?? noAddress),
    found('rawDisks', noServer ?? noRawDisk),
    ...ABSENT,
  ];
}
