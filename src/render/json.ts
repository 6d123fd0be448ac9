// The contract: exactly the report, two blanks deep. Safe to show on a terminal, because what a terminal would act on is escaped.

import type { Report } from '../model/report.ts';
import { escapeUnit, UNSAFE_IN_DATA } from '../parse/terminal-text.ts';
import { inContractOrder } from './contract.ts';

export function renderJson(report: Report): string {
  const text = JSON.stringify(inContractOrder(report), null, 2);
  // JSON.stringify escapes C0 controls and lone surrogates; these others stand inside strings only, so escaping keeps the value.
  return `${text.replace(UNSAFE_IN_DATA, escapeUnit)}\n`;
}
