import type { Account } from './accounts.ts';

const HEIGHT = 40;

/**
 * A bar above GraphiQL that says who one is, and lets one be somebody else. It gives every request of the page the token of the account,
 * unless the headers editor of the tab has another.
 */
export function signInBar(accounts: readonly Account[]): string {
  return `
<style>
  #sign-in { box-sizing: border-box; height: ${HEIGHT}px; padding: 0 16px; display: flex; gap: 10px; align-items: center;
    font: 14px system-ui, sans-serif; color: #e8eaf0; background: #1c2333; }
  #sign-in strong { letter-spacing: 0.02em; }
  #sign-in select { font: inherit; padding: 3px 6px; border-radius: 4px; border: 1px solid #4a5670; background: #2a344a; color: inherit; }
  #sign-in span { color: #9aa5bd; margin-left: auto; }
  #root { height: calc(100vh - ${HEIGHT}px) !important; }
  #root .graphiql-container { height: 100%; }
</style>
<div id="sign-in">
  <strong>Cloudyard</strong>
  <label for="account">signed in as</label>
  <select id="account"></select>
  <span>the demo tokens work on this machine only</span>
</div>
<script>
  (() => {
    const accounts = ${scriptJson(accounts)};
    const select = document.querySelector('#account');
    for (const { label, token } of accounts) select.add(new Option(label, token));
    select.add(new Option('nobody', ''));
    const last = sessionStorage.getItem('cloudyard-account');
    if (last !== null && [...select.options].some(({ value }) => value === last)) select.value = last;
    select.addEventListener('change', () => sessionStorage.setItem('cloudyard-account', select.value));
    const { fetch } = globalThis;
    globalThis.fetch = (resource, options = {}) => {
      const headers = new Headers(options.headers);
      const other = headers.has('authorization') || headers.has('x-auth-token');
      if (select.value !== '' && !other) headers.set('authorization', 'Bearer ' + select.value);
      return fetch(resource, { ...options, headers });
    };
  })();
</script>`;
}

/** JSON that cannot end the script that it is in. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
