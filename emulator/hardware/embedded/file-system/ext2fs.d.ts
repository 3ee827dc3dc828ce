/** The parts of npm `ext2fs` that are used here. It has no types of its own. */
declare module 'ext2fs' {
  interface Disk {
    read(buffer: Buffer, bufferOffset: number, length: number, fileOffset: number): Promise<unknown>;
    write(buffer: Buffer, bufferOffset: number, length: number, fileOffset: number): Promise<unknown>;
    discard(offset: number, length: number): Promise<void>;
    flush(): Promise<void>;
  }

  interface FileHandle {
    readonly fd: number;
  }

  interface FileSystem {
    open(path: string | Buffer, flags: number, mode: number): Promise<FileHandle>;
    close(fd: number): Promise<void>;
    write(fd: number, data: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
    fchmod(fd: number, mode: number): Promise<void>;
    mkdir(path: string | Buffer, mode: number): Promise<void>;
    symlink(target: string | Buffer, path: string | Buffer): Promise<void>;
    unlink(path: string | Buffer): Promise<void>;
  }

  interface Mount {
    readonly promises: FileSystem;
  }

  export function mount(disk: Disk, offset?: number): Promise<Mount>;
  export function umount(mount: Mount): Promise<void>;
}
