import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountsOf } from '../src/graphql/graphiql/accounts.ts';
import { examples } from '../src/graphql/graphiql/examples.ts';
import { type OpenGateway, openGateway, tokens } from './open-gateway.ts';

let gateway: OpenGateway;
let page: string;
beforeAll(async () => {
  gateway = await openGateway();
  page = await (await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,application/xhtml+xml' } })).text();
});
afterAll(() => gateway.close());

test('the page has everything in it: it names no script, style, font or image of another place', async () => {
  expect(page).toContain('<div id="root">');
  const loads = [...page.matchAll(/<(?:script|link|img|iframe|source)[^>]*?(?:src|href)="([^"]*)"/g)].map(
    ([, address = '']) => address,
  );
  expect(loads.filter(address => /^(https?:)?\/\//.test(address))).toEqual([]);
  expect(page).not.toMatch(/@import|url\(["']?https?:/);
  const { headers } = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

test('one is signed in as the first demo tenant and can be the other or the administrator; the story is there step by step', () => {
  const first = page.indexOf(tokens.a);
  expect(first).toBeGreaterThan(0);
  expect(page.indexOf(tokens.b)).toBeGreaterThan(first);
  expect(page.indexOf(tokens.admin)).toBeGreaterThan(first);
  for (const { query } of examples) expect(page).toContain(JSON.stringify(query).slice(1, -1));
});

test('without demo credentials nobody is offered', () => {
  expect(accountsOf({ ...gateway.cloud.config, demoCredentials: false })).toEqual([]);
});

test('a name in the configuration cannot break out of the page', async () => {
  const domains = [{ name: '</script>', users: [{ name: 'x', tokens: { 'eu-de': '</script><b>token' } }] }];
  await using other = await openGateway({ config: { domains } });
  const html = await (await fetch(`${other.url}/graphql`, { headers: { accept: 'text/html' } })).text();
  expect(html).not.toContain('</script><b>token');
});

test('who asks for JSON gets no page', async () => {
  const response = await fetch(`${gateway.url}/graphql?query={__typename}`, { headers: { accept: 'application/json' } });
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});
