/** The schema: all nouns together. It knows no cloud; that comes with each request's session. */
import type { GraphQLSchema } from 'graphql';
import './scalars.ts';
import './error-union.ts';
import './bare-metal.ts';
import './bare-metal-mutations.ts';
import './cloud.ts';
import './contents.ts';
import './disk.ts';
import './disk-mutations.ts';
import './disk-snapshot.ts';
import './disk-snapshot-mutations.ts';
import './disk-type.ts';
import './event.ts';
import './fault-rule.ts';
import './image.ts';
import './image-lineage.ts';
import './image-creation.ts';
import './image-mutations.ts';
import './job.ts';
import './key-pair.ts';
import './network.ts';
import './network-mutations.ts';
import './node.ts';
import './public-address.ts';
import './security-group.ts';
import './server.ts';
import './server-inside.ts';
import './server-mutations.ts';
import './tenant.ts';
import './usage.ts';
import './subscriptions/fields.ts';
import { builder } from './builder.ts';

/** Not sorted: that takes as long as making it, and only what is printed has to be. */
export const schema: GraphQLSchema = builder.toSchema({ sortSchema: false });
