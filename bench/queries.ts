import { PAGE } from './reference/images.ts';

export { PAGE } from './reference/images.ts';

/** Queries that both sides understand. */

const fields = 'id name status osVersion minDisk createdAt';

export const imageQuery = `query ($id: ID!) { image(id: $id) { ${fields} } }`;
export const pageQuery = `{ images(first: ${PAGE}) { edges { node { ${fields} tags { key value } owner { id name } } } } }`;

export const TOKEN_A = 'cloudyard-demo-a';
export const TENANT_A = 'a0000000000000000000000000000001';
export const TENANT_B = 'b0000000000000000000000000000001';
