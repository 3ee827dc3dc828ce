import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  description: 'A moment, as ISO 8601 in UTC: `2024-05-01T12:00:00.000Z`.',
  serialize: value => value.toISOString(),
  parseValue(value) {
    const date = new Date(typeof value === 'string' ? value : Number.NaN);
    if (Number.isNaN(date.getTime())) throw new GraphQLError('A DateTime is a string in ISO 8601.');
    return date;
  },
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: value => value,
});

builder.scalarType('Bytes', {
  description: 'A number of bytes: a whole number that may be larger than 32 bits hold.',
  serialize: Number,
  parseValue(value) {
    if (!Number.isSafeInteger(value)) throw new GraphQLError('Bytes are a whole number.');
    return Number(value);
  },
});
