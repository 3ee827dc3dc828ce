import type { Engine } from './engine.ts';
import { LABEL, type Labels } from './labels.ts';

/**
 * Containers that are never started: an image's files are read through them. Each is removed after its work; what a crash left is removed by
 * a sweep.
 */
export class ImageContainers {
  readonly #engine: Engine;
  readonly #labels: Labels;
  #uses = 0;

  constructor(engine: Engine, labels: Labels) {
    this.#engine = engine;
    this.#labels = labels;
  }

  /** A container of an image for as long as the work takes, which gets its id. `purpose` is for whoever finds one left behind. */
  async use<T>(image: string, purpose: string, work: (container: string) => Promise<T>): Promise<T> {
    this.#uses += 1;
    try {
      const { id } = await this.#engine.call('creating a container', docker =>
        docker.createContainer({
          Image: image,
          // It needs one, for an image may name none.
          Cmd: ['/'],
          Labels: this.#labels.of('image', purpose),
          HostConfig: { NetworkMode: 'none' },
        }),
      );
      try {
        return await work(id);
      } finally {
        await this.#remove(id);
      }
    } finally {
      this.#uses -= 1;
    }
  }

  /** Removes those that nobody uses: all or none, for the engine may list one before its user knows its id. Returns them in words. */
  async removeStrays(): Promise<string[]> {
    const filters = this.#labels.filter('image');
    const found = await this.#engine.call('listing containers', docker => docker.listContainers({ all: true, filters }));
    if (this.#uses > 0) return [];
    for (const { Id } of found) await this.#remove(Id);
    return found.map(({ Labels: own }) => `container of image ${own[LABEL.id] ?? ''}`);
  }

  async #remove(id: string): Promise<void> {
    await this.#engine.settle('removing a container', docker => docker.getContainer(id).remove({ force: true }));
  }
}
