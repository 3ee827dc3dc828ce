/** Advanced features of an image, and the attributes of the service that carry them. Source: ims-api 2.2. */

export const imageFeatures = [
  /** Password, keys and shell user data are injected at the first boot: the inverse of `__support_fc_inject`. */
  'USER_DATA_INJECTION',
  /** `#cloud-config` user data is understood, for cloud-init is in the image. */
  'CLOUD_INIT',
  /** Data disks can be attached and detached while the server runs. */
  'DISK_HOT_SWAP',
] as const;

export type ImageFeature = (typeof imageFeatures)[number];

export interface FeatureAttributes {
  /** Present only when injection is not supported. */
  readonly __support_fc_inject?: 'true';
  /** JSON text; that it is a list of words is inferred, no page shows one. */
  readonly __os_feature_list: string;
}

export function featureAttributes(features: readonly ImageFeature[]): FeatureAttributes {
  const listed = features.filter(feature => feature !== 'USER_DATA_INJECTION').map(feature => feature.toLowerCase());
  return {
    ...(features.includes('USER_DATA_INJECTION') ? {} : { __support_fc_inject: 'true' }),
    __os_feature_list: JSON.stringify(listed),
  };
}
