/** Whose documentation the cloud follows where the two differ: Open Telekom Cloud or Huawei Cloud. */
export type Dialect = 'OTC' | 'HW';
