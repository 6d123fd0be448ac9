// A house rule as an expectation: nothing breaks it, and if something does, the message says the rule and its reason.

import { expect } from 'vitest';

export function expectNone(broken: readonly string[], rule: string, reason: string): void {
  const places = broken.slice(0, 40).map((one) => `\n  ${one}`);
  const more = broken.length > 40 ? `\n  and ${broken.length - 40} more` : '';
  expect.soft(broken.length, `${rule}\nbecause ${reason}${places.join('')}${more}\n`).toBe(0);
}
