/** What the process answers to its caller. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** As shells say it: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;
