/** What every mutation asks for besides its payload. */
export const ERROR = '... on Error { code message field }';
