import { MIB } from '../../../emulator/units.ts';

/** Close codes besides those of the protocol (graphql-transport-ws). A client may come back after any but 4401. */
export const closeCodes = {
  /** The gateway shuts down. */
  goingAway: 1001,
  /** The token is wrong or has expired; the reason has the code. */
  unauthorized: 4401,
  /** The client has not read for two ping intervals. It comes back with its cursor. */
  tooSlow: 4508,
} as const;

export const socketLimits = {
  /** Milliseconds until a client has to have said `connection_init`. */
  initTimeout: 3000,
  /** Milliseconds between pings; who does not answer until the next one is taken for gone. */
  keepAlive: 12_000,
  /** Bytes of one message. Files are written over HTTP. */
  message: MIB,
  /** Operations at once on one socket. */
  operations: 100,
  /** Nothing more is read from a client that leaves this many bytes unread. */
  unsent: MIB,
  /** Milliseconds that a socket has to close by itself. */
  closing: 2000,
} as const;
