import { type Logger, pino } from 'pino';
import type { LogLevel } from '../global-options.ts';
import type { Io } from '../io.ts';
import { printable } from '../render/printable.ts';
import { Style } from '../render/style.ts';

/** The log goes to stderr: short lines for a terminal, JSON for everything else. */
export function openLog(io: Io, level: LogLevel = 'info'): Logger {
  const pretty = (line: string): void => void io.stderr.write(prettyLine(line, Style.for(io.stderr, io.env)));
  const plain = (line: string): void => void io.stderr.write(line);
  return pino(
    { level, base: null, redact: ['token', '*.token', 'password', '*.password'] },
    { write: io.stderr.isTTY ? pretty : plain },
  );
}

const LEVELS: Readonly<Record<number, readonly [word: string, look: 'dim' | 'cyan' | 'yellow' | 'red']>> = {
  10: ['trace', 'dim'],
  20: ['debug', 'dim'],
  30: ['info', 'cyan'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'red'],
};

function prettyLine(line: string, style: Style): string {
  const { time, level, msg, err, ...rest }: Record<string, unknown> = JSON.parse(line);
  const [word, look] = LEVELS[Number(level)] ?? ['log', 'dim'];
  const at = new Date(Number(time)).toISOString().slice(11, 19);
  const more = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const reason = messageOf(err);
  const text = [msg, ...(reason === undefined ? [] : [`(${reason})`]), ...more].join(' ');
  const stack = Number(level) <= 20 || Number(level) >= 60 ? stackOf(err) : '';
  return `${style.as('dim', at)} ${style.as(look, word.padEnd(5))} ${printable(text)}\n${stack}`;
}

const messageOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined;

const stackOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'stack' in error ? `${String(error.stack)}\n` : '';
