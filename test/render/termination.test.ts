// What a gate that never began leaves in the termination message.

import { describe, expect, it } from 'vitest';
import { MOST_BYTES, terminationOfMistakes } from '../../src/render/termination.ts';

describe('a run that never began', () => {
  it('says what is wrong in the same form', () => {
    const line = terminationOfMistakes(['flag --tenant: "https://x/" has a scheme or a path', 'unknown flag --wiat']);
    expect(JSON.parse(line)).toEqual({
      verdict: 'BadInput',
      exit: 2,
      fault: null,
      cause: 'flag --tenant: "https://x/" has a scheme or a path; unknown flag --wiat',
      do: 'Correct the flags or the configuration.',
    });
  });

  it('keeps within the bound, however many mistakes there are', () => {
    const line = terminationOfMistakes(Array.from({ length: 500 }, (_, i) => `mistake ${i} "\u001b[31m"`));
    expect(line.length).toBeLessThanOrEqual(MOST_BYTES);
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line).exit).toBe(2);
  });
});
