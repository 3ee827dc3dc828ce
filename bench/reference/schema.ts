import SchemaBuilder from '@pothos/core';
import { type ReferenceImage, type ReferenceTag, type ReferenceTenant, referenceImages } from './images.ts';

/** A job event, as the reference publishes it. */
export interface ReferenceEvent {
  readonly kind: string;
  readonly at: string;
}

/** Where subscribers listen. */
export interface ReferenceContext {
  readonly subscribe: () => AsyncIterable<ReferenceEvent>;
}

interface Types {
  Context: ReferenceContext;
  Objects: { Image: ReferenceImage; Tag: ReferenceTag; Tenant: ReferenceTenant; CloudEvent: ReferenceEvent };
}

/** The same queries that Cloudyard answers, as somebody would write them who only has objects in memory. */
const builder = new SchemaBuilder<Types>({});

builder.objectType('Tag', { fields: t => ({ key: t.exposeString('key'), value: t.exposeString('value') }) });
builder.objectType('Tenant', { fields: t => ({ id: t.exposeID('id'), name: t.exposeString('name') }) });
builder.objectType('CloudEvent', { fields: t => ({ kind: t.exposeString('kind'), at: t.exposeString('at') }) });
builder.objectType('Image', {
  fields: t => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    status: t.exposeString('status'),
    osVersion: t.exposeString('osVersion'),
    minDisk: t.exposeInt('minDisk'),
    createdAt: t.exposeString('createdAt'),
    tags: t.field({ type: ['Tag'], resolve: image => [...image.tags] }),
    owner: t.field({ type: 'Tenant', resolve: image => image.owner }),
  }),
});

interface Connection {
  readonly images: readonly ReferenceImage[];
}

const Edge = builder.objectRef<ReferenceImage>('ImageEdge').implement({
  fields: t => ({ node: t.field({ type: 'Image', resolve: image => image }) }),
});
const ImageConnection = builder.objectRef<Connection>('ImageConnection').implement({
  fields: t => ({ edges: t.field({ type: [Edge], resolve: ({ images }) => [...images] }) }),
});

builder.queryType({
  fields: t => ({
    image: t.field({
      type: 'Image',
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }) => referenceImages.find(image => image.id === id),
    }),
    images: t.field({
      type: ImageConnection,
      args: { first: t.arg.int({ required: true }) },
      resolve: (_root, { first }) => ({ images: referenceImages.slice(0, first) }),
    }),
  }),
});

builder.subscriptionType({
  fields: t => ({
    events: t.field({
      type: 'CloudEvent',
      args: { kinds: t.arg.stringList() },
      subscribe: (_root, _args, { subscribe }) => subscribe(),
      resolve: event => event,
    }),
  }),
});

export const schema = builder.toSchema();
