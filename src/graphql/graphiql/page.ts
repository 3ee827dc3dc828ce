import type { CloudConfig } from '../../../emulator/config.ts';
export async function graphiqlPage(_config: CloudConfig): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return renderGraphiQL({ title: 'Cloudyard' });
}
