/** The engine's framing of output: 8 bytes of head (stream, 0, 0, 0, length), then that many bytes. */

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

const HEAD = 8;
const STDERR = 2;

export async function* frames(source: AsyncIterable<Buffer | string>): AsyncGenerator<Frame> {
  let pending = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = Buffer.concat([pending, Buffer.from(chunk)]);
    while (pending.length >= HEAD && pending.length >= HEAD + pending.readUInt32BE(4)) {
      const end = HEAD + pending.readUInt32BE(4);
      yield { stream: pending[0] === STDERR ? 'stderr' : 'stdout', data: pending.subarray(HEAD, end) };
      pending = pending.subarray(end);
    }
  }
}
