/** What our transport does with one WebSocket. */
import type { WebSocket } from 'ws';
import { closeCodes, socketLimits } from './socket-limits.ts';

/** Resolves when the message has left for the network, so that a subscription waits for its client. Rejects if it cannot be sent. */
export function send(socket: WebSocket, data: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.send(data, error => {
      if (socket.isPaused && socket.bufferedAmount < socketLimits.unsent) socket.resume();
      if (error) reject(error);
      else resolve();
    });
  });
}

/**
 * Pings a client. One that does not answer in time does not read: it is sent away with `tooSlow`, and may come back with its cursor.
 * Returns the way to stop.
 */
export function keepAlive(socket: WebSocket, interval: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const pings = setInterval(() => {
    if (!answered) {
      clearInterval(pings);
      void closeSocket(socket, closeCodes.tooSlow, 'Too slow: come back with your cursor');
      return;
    }
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, interval).unref();
  return () => clearInterval(pings);
}

/** Resolves when the socket is closed: by itself, or by force after a while. */
export function closeSocket(socket: WebSocket, code: number, reason: string): Promise<void> {
  return new Promise(resolve => {
    const force = setTimeout(() => socket.terminate(), socketLimits.closing);
    socket.once('close', () => {
      clearTimeout(force);
      resolve();
    });
    // A paused socket would never see the client's half of the goodbye.
    socket.resume();
    socket.close(code, reason);
  });
}
