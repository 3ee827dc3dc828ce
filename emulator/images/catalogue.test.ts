import { describe, expect, test } from 'vitest';
import { boardTypes } from '../servers/bare-metal/flavors.ts';
import { parseInput } from '../validation.ts';
import { findPublicImage, publicImages } from './catalogue.ts';
import { imageErrors } from './errors.ts';
import { featureAttributes } from './features.ts';
import { osVersion } from './os-versions.ts';
import { publicImageId } from './public-image-id.ts';
import { ImageId, imageName, MinDisk, MinRam } from './rules.ts';

describe('public images', () => {
  test('are named and sized as the service allows', () => {
    for (const image of publicImages) {
      for (const [schema, value] of [
        [ImageId, image.id],
        [imageName('OTC'), image.name],
        [MinDisk, image.minDisk],
        [MinRam, image.minRam],
      ] as const) {
        expect(parseInput(schema, value, imageErrors.malformedRequest)).toBe(value);
      }
    }
  });

  test('have documented OS versions, and boot with UEFI only where that version does', () => {
    for (const image of publicImages) {
      const documented = osVersion(image.osVersion);
      expect(documented, image.osVersion).toBeDefined();
      expect(image).toMatchObject({ platform: documented?.platform, osType: documented?.osType, osBit: documented?.osBit });
      if (image.firmware === 'uefi') expect(documented?.uefi, image.name).toBe(true);
    }
  });

  test('have a name and an id of their own', () => {
    expect(publicImages.length).toBeGreaterThanOrEqual(14);
    expect(new Set(publicImages.map(image => image.name)).size).toBe(publicImages.length);
    expect(new Set(publicImages.map(image => image.id)).size).toBe(publicImages.length);
  });

  test('cover the common systems', () => {
    const platforms = new Set(publicImages.map(image => image.platform));
    expect([...platforms].sort()).toEqual(
      [
        'CentOS',
        'Debian',
        'EulerOS',
        'Fedora',
        'OpenSUSE',
        'Oracle Linux',
        'Red Hat',
        'Rocky Linux',
        'SUSE',
        'Ubuntu',
        'Windows',
        'openEuler',
      ].sort(),
    );
  });

  test('say where the content of Debian comes from without a registry', () => {
    const suites = publicImages.flatMap(({ name, debianSuite }) => (debianSuite ? [[name, debianSuite]] : []));
    expect(suites).toEqual([
      ['Standard_Debian_12_latest', 'bookworm'],
      ['Standard_Debian_11_latest', 'bullseye'],
      ['BMS_Debian_12_latest', 'bookworm'],
    ]);
  });

  test('of Windows take no user data', () => {
    for (const { osType, features } of publicImages) expect(features.includes('USER_DATA_INJECTION')).toBe(osType !== 'Windows');
  });

  test('for bare metal are whole disks for machines that there are, and not for KVM', () => {
    for (const { name, partitioned, supportsKvm, boards } of publicImages) {
      expect(partitioned, name).toBe(boards.length > 0);
      expect(supportsKvm, name).toBe(!partitioned);
      expect(boardTypes).toEqual(expect.arrayContaining([...boards]));
    }
  });

  test('are found by id', () => {
    for (const image of publicImages) expect(findPublicImage(image.id)).toBe(image);
    expect(findPublicImage(publicImageId('Standard_Haiku_latest'))).toBeUndefined();
  });
});

test('the id of an image never changes', () => {
  expect(publicImageId('Standard_Debian_12_latest')).toMatchInlineSnapshot(`"124fbaae-aa3b-548e-b158-6355ceda99b5"`);
  expect(publicImageId('Enterprise_Windows_STD_2022_latest')).toMatchInlineSnapshot(`"88bab352-0a28-5a6c-acd1-356d4e65d633"`);
});

test('features become attributes of the service', () => {
  expect(featureAttributes(['USER_DATA_INJECTION', 'DISK_HOT_SWAP'])).toEqual({ __os_feature_list: '["disk_hot_swap"]' });
  expect(featureAttributes([])).toEqual({ __support_fc_inject: 'true', __os_feature_list: '[]' });
});
