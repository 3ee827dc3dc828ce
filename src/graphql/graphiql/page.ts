import type { CloudConfig } from '../../../emulator/config.ts';
import { accountsOf } from './accounts.ts';
import { examples } from './examples.ts';
import { signInBar } from './sign-in-bar.ts';

/** The page that browsers get at /graphql: GraphiQL with everything that it needs in it, so that it works without a network. */
export async function graphiqlPage(config: CloudConfig): Promise<string> {
  // Nine megabytes that most processes never need.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Cloudyard',
    defaultTabs: examples.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2) })),
    subscriptionsProtocol: 'SSE',
    defaultEditorToolsVisibility: 'variables',
  });
  const root = '<div id="root"></div>';
  // A function, since dollar signs in a replacement would mean something.
  return page.replace(root, () => `${signInBar(accountsOf(config))}\n${root}`);
}
