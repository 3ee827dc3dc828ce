import type { CloudConfig } from '../../../emulator/config.ts';
import { demoDomains, operatorDomain } from '../../../emulator/identity/demo.ts';

export interface Account {
  /** `demo-a · alice · eu-de` */
  readonly label: string;
  readonly token: string;
}

/** Whom a visitor of GraphiQL can be: everyone with a documented token; nobody where those are switched off. */
export function accountsOf({ demoCredentials, domains = [...demoDomains] }: CloudConfig): readonly Account[] {
  if (!demoCredentials) return [];
  return [...domains, operatorDomain].flatMap(domain =>
    domain.users.flatMap(user =>
      Object.entries(user.tokens).map(([region, token]) => ({ label: `${domain.name} · ${user.name} · ${region}`, token })),
    ),
  );
}
