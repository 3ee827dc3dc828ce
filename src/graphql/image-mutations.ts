import { deleteImage } from '../../emulator/images/operations/delete-image.ts';
import { answerShares, shareImages, unshareImages } from '../../emulator/images/operations/share-image.ts';
import { deleteImageTags, setImageTags } from '../../emulator/images/operations/tag-image.ts';
import { updateImage } from '../../emulator/images/operations/update-image.ts';
import { imageOfAnswer, imagesOfAnswer, jobOfAnswer } from './answer-fields.ts';
import * as enums from './enums.ts';
import { globalId, readId, readIds } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { TagInput } from './tag.ts';

addMutation('updateImage', {
  description: 'Changes what can be changed of an active image of your own. What is left out stays; null takes it away.',
  input: t => ({
    imageId: t.id({ required: true, description: 'The image.' }),
    name: t.string({ description: 'Another name.' }),
    description: t.string({ description: 'Other words; null for none.' }),
    minRam: t.int({ description: 'Least memory of a flavor for it, in MiB.' }),
    maxRam: t.int({ description: 'Most memory of a flavor for it, in MiB; null for any.' }),
    firmware: t.field({ type: enums.Firmware, description: 'How it boots.' }),
    protected: t.boolean({ description: 'Whether a delete is refused.' }),
    userData: t.boolean({ description: 'Whether keys, password and user data are injected at the first boot.' }),
  }),
  run: (session, { imageId, description, maxRam, firmware, ...rest }, options) =>
    session.run(
      updateImage,
      {
        ...withoutNulls(rest),
        imageId: readId.image(imageId, 'imageId'),
        description,
        maxRam,
        ...(firmware && { firmware: firmware === 'UEFI' ? 'uefi' : 'bios' }),
      },
      options,
    ),
  payload: t => ({ image: t.field(imageOfAnswer) }),
});

addMutation('setImageTags', {
  description: 'Adds tags to an image of your own; a key that is there gets the new value.',
  input: t => ({
    imageId: t.id({ required: true, description: 'The image.' }),
    tags: t.field({ type: [TagInput], required: true, description: 'The tags.' }),
  }),
  run: (session, { imageId, tags }, options) =>
    session.run(setImageTags, { imageId: readId.image(imageId, 'imageId'), tags: tags.map(withoutNulls) }, options),
  payload: t => ({ image: t.field(imageOfAnswer) }),
});

addMutation('deleteImageTags', {
  description: 'Takes tags off an image of your own; keys that it does not have are ignored.',
  input: t => ({
    imageId: t.id({ required: true, description: 'The image.' }),
    keys: t.stringList({ required: true, description: 'Names of the tags.' }),
  }),
  run: (session, { imageId, keys }, options) =>
    session.run(deleteImageTags, { imageId: readId.image(imageId, 'imageId'), keys }, options),
  payload: t => ({ image: t.field(imageOfAnswer) }),
});

addMutation('deleteImage', {
  description:
    'Deletes an image of your own. It is gone at once for everyone; its bytes are freed by a job. Disks that came from it are not touched.',
  input: t => ({
    imageId: t.id({ required: true, description: 'The image.' }),
    deleteBackup: t.boolean({ description: 'Of a full-ECS image: whether its backup goes, too; it stays without it.' }),
  }),
  run: (session, { imageId, deleteBackup }, options) =>
    session.run(deleteImage, { imageId: readId.image(imageId, 'imageId'), deleteBackup: deleteBackup ?? undefined }, options),
  payload: t => ({
    job: t.field(jobOfAnswer),
    deletedImageId: t.id({ description: 'Global id of what is gone.', resolve: ({ imageId }) => globalId('Image', imageId) }),
  }),
});

const imageIds = 'The images; up to 100.';

addMutation('shareImages', {
  description: 'Shares images of your own with other tenants of the region, each with each. They find them as PENDING.',
  input: t => ({
    imageIds: t.idList({ required: true, description: imageIds }),
    tenantIds: t.idList({ required: true, description: 'The tenants; up to 100.' }),
  }),
  run: (session, input, options) => session.run(shareImages, pairsOf(input), options),
  payload: t => ({ job: t.field(jobOfAnswer), images: t.field(imagesOfAnswer) }),
});

addMutation('unshareImages', {
  description: 'Stops sharing. What the tenants launched from the images keeps running; they launch no more.',
  input: t => ({
    imageIds: t.idList({ required: true, description: imageIds }),
    tenantIds: t.idList({ required: true, description: 'The tenants; up to 100.' }),
  }),
  run: (session, input, options) => session.run(unshareImages, pairsOf(input), options),
  payload: t => ({ job: t.field(jobOfAnswer), images: t.field(imagesOfAnswer) }),
});

addMutation('answerShares', {
  description: 'Accepts or rejects images that another tenant shares with yours.',
  input: t => ({
    imageIds: t.idList({ required: true, description: imageIds }),
    status: t.field({ type: enums.ShareAnswer, required: true, description: 'The answer.' }),
    vaultId: t.id({
      description: 'To accept a full-ECS image: a vault of yours for backups of servers, with room for all of its disks.',
    }),
  }),
  run: (session, { imageIds, status, vaultId }, options) =>
    session.run(
      answerShares,
      {
        imageIds: readIds(readId.image, imageIds, 'imageIds'),
        status,
        vaultId: vaultId && readId.vault(vaultId, 'vaultId'),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), images: t.field(imagesOfAnswer) }),
});

const pairsOf = (input: { imageIds: readonly string[]; tenantIds: readonly string[] }) => ({
  imageIds: readIds(readId.image, input.imageIds, 'imageIds'),
  tenantIds: readIds(readId.tenant, input.tenantIds, 'tenantIds'),
});
