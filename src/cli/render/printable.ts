// biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for are control characters, but not our own colours
const UNPRINTABLE = /\u001B(?!\[\d+m)|[\u0000-\u001A\u001C-\u001F\u007F-\u009F]/g;

/** A text of someone else's for a terminal, on one line: it moves no cursor and forges no lines. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '\uFFFD');
