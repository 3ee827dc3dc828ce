/**
 * Writes files into an ext2, ext3 or ext4 file system with npm `ext2fs` (libext2fs in WebAssembly).
 *
 * In a worker thread of its own, because the package installs process-wide handlers for uncaught errors, holds 16 MiB for the rest
 * of its thread's life, and a damaged file system may bring it down. Plain JavaScript with checked types, so that a worker can load
 * it as it is, from the sources as well as from the build.
 *
 * Nothing is written to the disk from here: the changed pages are the result, for the caller to write all at once.
 */

// The library prints what it thinks of damaged file systems: nothing to a user, and not for anybody's log.
for (const method of /** @type {const} */ (['log', 'warn', 'error'])) console[method] = () => {};
const { mount, umount } = await import('ext2fs');

/**
 * Something to be made; its path goes through no links, and its parents exist or come before it.
 * @typedef {{ path: Uint8Array, mode: number } & ({ type: 'DIRECTORY' }
 *   | { type: 'FILE', data: Uint8Array } | { type: 'LINK', target: Uint8Array })} Change
 */

/**
 * @typedef {object} Task
 * @property {import('node:worker_threads').MessagePort} port answers reads of the disk: `{ offset, length }` by bytes, or null
 * @property {readonly Change[]} changes
 */

/** @typedef {{ offset: number, data: Uint8Array }} Page */
/** @typedef {{ pages: Page[] } | { errno: number, message: string }} Outcome */

const PAGE = 4096;
/** Read from the disk in one go: the tables of a file system lie side by side. */
const READ_AHEAD = 64 * 1024;
/** Written to a file in one go: the memory of the module is bounded. */
const WRITE_STEP = 256 * 1024;

const O_WRONLY = 0o1;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
/** libext2fs: the folder's blocks are full. */
const EXT2_ET_DIR_NO_SPACE = 2133571366;

/**
 * @param {Task} task
 * @returns {Promise<Outcome>}
 */
export default async function writeFiles({ port, changes }) {
  const disk = new PagedDisk(port);
  try {
    const mounted = await mount(disk);
    try {
      for (const change of changes) await apply(mounted.promises, change);
    } finally {
      await umount(mounted);
    }
    return { pages: disk.changedPages() };
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
    return { errno, message: error instanceof Error ? error.message : String(error) };
  } finally {
    port.close();
  }
}

/**
 * @param {import('ext2fs').FileSystem} fs
 * @param {Change} change
 */
async function apply(fs, change) {
  const path = Buffer.from(change.path);
  if (change.type === 'DIRECTORY') {
    await withRoomInFolder(fs, path, () => fs.mkdir(path, change.mode));
  } else if (change.type === 'LINK') {
    await withRoomInFolder(fs, path, () => fs.symlink(Buffer.from(change.target), path));
  } else {
    const { fd } = await fs.open(path, O_WRONLY | O_CREAT | O_TRUNC, change.mode);
    const data = Buffer.from(change.data.buffer, change.data.byteOffset, change.data.length);
    for (let at = 0; at < data.length; at += WRITE_STEP) {
      const step = data.subarray(at, at + WRITE_STEP);
      const { bytesWritten } = await fs.write(fd, step, 0, step.length, at);
      if (bytesWritten !== step.length) throw Object.assign(new Error('the file system is full'), { errno: ENOSPC });
    }
    await fs.fchmod(fd, change.mode);
    await fs.close(fd);
  }
}

/** As the package numbers it (WASI), not as Linux does. */
const ENOSPC = 51;

/**
 * The package makes a full folder larger for files only; so a file makes room for a folder or a link.
 * @param {import('ext2fs').FileSystem} fs
 * @param {Buffer} path
 * @param {() => Promise<void>} work
 */
async function withRoomInFolder(fs, path, work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && error.errno === EXT2_ET_DIR_NO_SPACE)) throw error;
    const parent = path.subarray(0, path.lastIndexOf('/') + 1);
    const filler = Buffer.concat([parent, Buffer.alloc(255, '~')]);
    await fs.close((await fs.open(filler, O_WRONLY | O_CREAT, 0o600)).fd);
    await fs.unlink(filler);
    await work();
  }
}

/** The disk as the package sees it: reads come from the port, writes stay here. */
class PagedDisk {
  /** @type {Map<number, Buffer>} */
  #pages = new Map();
  /** @type {Set<number>} */
  #changed = new Set();
  #port;
  /** @type {{ resolve: (bytes: Uint8Array) => void, reject: (error: Error) => void } | undefined} */
  #waiting;

  /** @param {import('node:worker_threads').MessagePort} port */
  constructor(port) {
    this.#port = port;
    port.on('message', bytes => {
      if (bytes === null) this.#waiting?.reject(new Error('the disk cannot be read'));
      else this.#waiting?.resolve(bytes);
    });
  }

  /**
   * @param {Buffer} buffer
   * @param {number} bufferOffset
   * @param {number} length
   * @param {number} offset
   */
  async read(buffer, bufferOffset, length, offset) {
    for (const { page, from, to, at } of parts(offset, length)) {
      (await this.#page(page)).copy(buffer, bufferOffset + at, from, to);
    }
  }

  /**
   * @param {Buffer} buffer
   * @param {number} bufferOffset
   * @param {number} length
   * @param {number} offset
   */
  async write(buffer, bufferOffset, length, offset) {
    for (const { page, from, to, at } of parts(offset, length)) {
      const bytes = to - from === PAGE ? Buffer.allocUnsafe(PAGE) : await this.#page(page);
      buffer.copy(bytes, from, bufferOffset + at, bufferOffset + at + to - from);
      this.#pages.set(page, bytes);
      this.#changed.add(page);
    }
  }

  async discard() {}

  async flush() {}

  /** @returns {Page[]} */
  changedPages() {
    return [...this.#changed]
      .sort((a, b) => a - b)
      .map(page => ({ offset: page * PAGE, data: this.#pages.get(page) ?? Buffer.alloc(0) }));
  }

  /**
   * @param {number} page
   * @returns {Promise<Buffer>}
   */
  async #page(page) {
    const known = this.#pages.get(page);
    if (known) return known;
    const offset = Math.floor((page * PAGE) / READ_AHEAD) * READ_AHEAD;
    const bytes = Buffer.from(await this.#ask(offset));
    for (let at = 0; at < bytes.length; at += PAGE) {
      const number = (offset + at) / PAGE;
      if (!this.#pages.has(number)) this.#pages.set(number, bytes.subarray(at, at + PAGE));
    }
    const found = this.#pages.get(page);
    if (found === undefined) throw new Error('the file system reaches beyond the end of the disk');
    return found;
  }

  /**
   * @param {number} offset
   * @returns {Promise<Uint8Array>}
   */
  #ask(offset) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#port.postMessage({ offset, length: READ_AHEAD });
    });
  }
}

/**
 * The pages that a range touches.
 * @param {number} offset
 * @param {number} length
 */
function* parts(offset, length) {
  for (let at = 0; at < length; ) {
    const page = Math.floor((offset + at) / PAGE);
    const from = (offset + at) % PAGE;
    const to = Math.min(PAGE, from + length - at);
    yield { page, from, to, at };
    at += to - from;
  }
}
