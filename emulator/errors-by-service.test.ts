import { describe, expect, test } from 'vitest';
import { backupErrors } from './backups/errors.ts';
import { contentErrors } from './contents/errors.ts';
import { diskErrors } from './disks/errors.ts';
import { commonErrors } from './errors.ts';
import { identityErrors } from './identity/errors.ts';
import { imageErrors } from './images/errors.ts';
import { networkErrors } from './networks/errors.ts';
import { bareMetalErrors } from './servers/bare-metal/errors.ts';
import { serverErrors } from './servers/errors.ts';

describe.each([
  ['backups', backupErrors, /^BackupService\.\d{4}$/],
  ['bare metal', bareMetalErrors, /^BMS\.\d{4}$/],
  ['common', commonErrors, /^(APIGW|Cloudyard)\.\d{4}$/],
  ['contents', contentErrors, /^Cloudyard\.\d{4}$/],
  ['disks', diskErrors, /^EVS\.\d{4}$/],
  ['identity', identityErrors, /^IAM\.\d{4}$/],
  ['images', imageErrors, /^IMG\.\d{4}$/],
  ['networks', networkErrors, /^VPC\.\d{4}$/],
  ['servers', serverErrors, /^(Ecs|Common)\.\d{4}$/],
])('the error codes of %s', (_, errors, spelling) => {
  test('are spelt as the service spells them, with a status of a failure and a sentence', () => {
    for (const [name, { code, status, message }] of Object.entries(errors)) {
      expect(code, name).toMatch(spelling);
      expect(status, name).toBeGreaterThanOrEqual(400);
      expect(status, name).toBeLessThan(600);
      expect(message, name).toMatch(/^[A-Z]/);
    }
  });

  test('say something different under each name', () => {
    const messages = Object.values(errors).map(({ message }) => message);
    expect(new Set(messages).size).toBe(messages.length);
  });
});
