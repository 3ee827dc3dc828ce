/** What users import in their tests: `cloudyard/testing`. */
export { Client } from '../client/client.ts';
export { ClientError } from '../client/client-error.ts';
export type { OperationMethods, TestTenant } from './tenant.ts';
export { openTestCloud, TestCloud, type TestCloudOptions } from './test-cloud.ts';
export { JobFailedError, type WaitOptions } from './wait-for-job.ts';
