import type { z } from 'zod';

/** What is wrong with a configuration: for each field its path and what was expected. */
export function problemsOf(error: z.ZodError, schema: z.ZodObject): string[] {
  return error.issues.map(issue => {
    if (issue.code === 'unrecognized_keys') {
      const known = issue.path.length === 0 ? `; known are ${Object.keys(schema.shape).join(', ')}` : '';
      return `${[...issue.path, issue.keys.join(', ')].join('.')}: not a field${known}`;
    }
    const place = issue.path.length > 0 ? issue.path.join('.') : 'the configuration';
    return `${place}: ${lowerFirst(issue.message.replace(/^Invalid (input|option): /, ''))}`;
  });
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
