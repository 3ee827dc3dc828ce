import type { Cloud } from '../cloud.ts';

/**
 * Removes what servers have left of networks, after the commit that says so and without anybody waiting: elastic IPs that lead nowhere now,
 * and the networks of subnets without servers. What a crash leaves of them the reconciler sees to.
 */
export class NetworkTidier {
  readonly #cloud: Cloud;
  readonly #underWay = new Set<Promise<void>>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  begin(addressIds: readonly string[], subnetIds: ReadonlySet<string>): void {
    const work = this.#tidyUp(addressIds, subnetIds).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  /** Once all that was begun is over: for those who close the cloud, or look whether it is whole. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** An elastic IP is a user of its subnet's network, too. */
  async #tidyUp(addressIds: readonly string[], subnetIds: ReadonlySet<string>): Promise<void> {
    const { publicAddresses, subnets, logger } = this.#cloud;
    await publicAddresses.settleLater(addressIds);
    for (const subnetId of subnetIds) {
      await subnets.releaseIfUnused(subnetId).catch((error: unknown) => {
        logger.warn({ err: error, subnetId }, 'the network of a subnet could not be removed; the reconciler will see to it');
      });
    }
  }
}
