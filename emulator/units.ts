/** Bytes in a KiB, a MiB and a GiB. What the services call a GB is a GiB. */
export const KIB = 2 ** 10;
export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
