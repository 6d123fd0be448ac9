// Compares a whole text with its golden file; `UPDATE_GOLDEN=1` writes the file instead.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const FOLDER = new URL('../golden/', import.meta.url);

export function expectGolden(name: string, text: string): void {
  const file = new URL(name, FOLDER);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  if (!existsSync(file))
    throw new Error(`test/golden/${name} is missing: UPDATE_GOLDEN=1 writes it; read it before you commit it`);
  expect(text, `differs from test/golden/${name}; UPDATE_GOLDEN=1 accepts the change`).toBe(readFileSync(file, 'utf8'));
}
