import { describe, expect, test } from 'vitest';
import { defaultRegions } from '../regions.ts';
import { findFlavor, flavorStatusIn, flavors, isOnSale } from './flavors.ts';

const sizes: Record<string, number> = { small: 1, medium: 1, large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16 };

describe('flavors', () => {
  test('have ids that say generation, vCPUs and GiB of memory for each', () => {
    for (const flavor of flavors) {
      const [generation, size = '', ratio] = flavor.id.split('.');
      expect(flavor.generation).toBe(generation);
      expect(flavor.vcpus).toBe(sizes[size]);
      expect(flavor.ramMiB).toBe(flavor.vcpus * Number(ratio) * 1024);
    }
  });

  test('have ids of their own', () => {
    expect(flavors.length).toBeGreaterThanOrEqual(14);
    expect(new Set(flavors.map(flavor => flavor.id)).size).toBe(flavors.length);
  });

  test('name no zone that the default regions lack', () => {
    const zones = defaultRegions.flatMap(region => region.zones);
    for (const flavor of flavors) expect(zones).toEqual(expect.arrayContaining(Object.keys(flavor.zones)));
  });

  test('are found by exact id', () => {
    expect(findFlavor('s3.medium.2')).toMatchObject({ vcpus: 1, ramMiB: 2048, performanceType: 'normal' });
    expect(findFlavor('S3.medium.2')).toBeUndefined();
    expect(findFlavor('')).toBeUndefined();
  });
});

test.each([
  ['s3.medium.2', 'eu-de-02', 'normal', true],
  ['m4.2xlarge.8', 'eu-de-01', 'normal', true],
  ['m4.2xlarge.8', 'eu-de-02', 'sellout', false],
  ['m4.4xlarge.8', 'eu-de-01', 'abandon', false],
])('%s in %s is %s', (id, zone, status, onSale) => {
  const flavor = flavors.find(candidate => candidate.id === id);
  expect(flavor && flavorStatusIn(flavor, zone)).toBe(status);
  expect(flavor && isOnSale(flavorStatusIn(flavor, zone))).toBe(onSale);
});
