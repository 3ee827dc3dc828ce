/**
 * The reference: plain Yoga and Pothos over HTTP, and graphql-ws as its documentation shows it. `POST /publish` publishes one event.
 */
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { type ReferenceContext, type ReferenceEvent, schema } from './schema.ts';

// A thousand subscribers are what it is for; nothing leaks.
setMaxListeners(0);
const pubSub = createPubSub<{ event: [ReferenceEvent] }>();
const context: ReferenceContext = { subscribe: () => pubSub.subscribe('event') };
const yoga = createYoga({ schema, context, logging: false });
const server = createServer((request, response) => {
  if (request.url !== '/publish') {
    void yoga(request, response);
    return;
  }
  response.end();
  pubSub.publish('event', { kind: 'job.succeeded', at: new Date().toISOString() });
});

type Engine = Pick<ReturnType<typeof yoga.getEnveloped>, 'execute' | 'subscribe'>;
const engineOf = ({ rootValue }: ExecutionArgs): Engine => rootValue as Engine;

useServer(
  {
    execute: args => engineOf(args).execute(args),
    subscribe: args => engineOf(args).subscribe(args),
    onSubscribe: async (_context, _id, { query, variables, operationName }) => {
      const { schema: enveloped, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped();
      const document = parse(query);
      const errors = validate(enveloped, document);
      if (errors.length > 0) return errors;
      const contextValue = await contextFactory();
      return {
        schema: enveloped,
        document,
        operationName,
        variableValues: variables,
        contextValue,
        rootValue: { execute, subscribe },
      };
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
