/** Readers of options' values, for commander: each says what was expected. */
import { InvalidArgumentError } from 'commander';

const wholeNumber =
  (what: string, min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`expected ${what}.`);
    return value;
  };

export const portNumber = wholeNumber('a port: 0 to 65535', 0, 65_535);
export const count = wholeNumber('a whole number from 1 on', 1);
export const countOrNone = wholeNumber('a whole number', 0);
export const gibibytes = wholeNumber('a size in GiB: a whole number from 1 on', 1);
export const mebibytes = wholeNumber('a size in MiB: a whole number', 0);
export const percent = wholeNumber('a percentage: 0 to 100', 0, 100);

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** A span in seconds: `90`, `90s`, `15m`, `12h`, `2d`. */
export function seconds(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text) ?? [];
  const value = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (amount === '' || !(value > 0)) throw new InvalidArgumentError('expected a span of time such as 90s, 15m, 12h or 2d.');
  return value;
}

/** Permission bits in octal: `644`. */
export function fileMode(text: string): number {
  if (!/^[0-7]{3,4}$/.test(text)) throw new InvalidArgumentError('expected permission bits in octal, such as 644.');
  return Number.parseInt(text, 8);
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** `key=value`, or `key` alone. To be given several times. */
export function tag(text: string, before: readonly Tag[] = []): Tag[] {
  const [key = '', ...rest] = text.split('=');
  if (key === '') throw new InvalidArgumentError('expected key=value.');
  return [...before, { key, value: rest.join('=') }];
}

/** Any text. To be given several times. */
export const texts = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Names, each of them once. To be given several times. */
export const distinct = (text: string, before: readonly string[] = []): string[] => [...new Set([...before, text])];

/** Keys with values, as in `size=20,format`. To be given several times. */
export const keyed =
  <Value extends object>(readers: Readonly<Record<string, (value: string) => Value>>, example: string) =>
  (text: string, before: readonly Value[] = []): Value[] => {
    const parts = text.split(',').map(part => {
      const [key = '', ...rest] = part.split('=');
      const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
      if (!reader) throw new InvalidArgumentError(`expected some of ${Object.keys(readers).join(', ')}, as in ${example}.`);
      return reader(rest.join('='));
    });
    return [...before, Object.assign({}, ...parts)];
  };

export function yesOrNo(text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new InvalidArgumentError('expected yes or no.');
  return text === 'yes';
}

/** One of a table's words in any case: `linux` for LINUX. */
export const word =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): Word => {
    const wanted = text.toUpperCase().replaceAll('-', '_');
    const found = words.find(one => one.toUpperCase() === wanted);
    if (found === undefined)
      throw new InvalidArgumentError(`expected one of ${words.map(one => one.toLowerCase().replaceAll('_', '-')).join(', ')}.`);
    return found;
  };
