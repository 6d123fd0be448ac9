// The contract as YAML 1.2: the same value as `json`, for people and for tools that prefer it.

import { Document, isScalar, visit } from 'yaml';
import type { Report } from '../model/report.ts';
import { escapeUnit, UNSAFE_IN_DATA } from '../parse/terminal-text.ts';
import { inContractOrder } from './contract.ts';

// YAML 1.2.2 section 5.1: C0 controls other than tab and newline are not printable; a carriage return would be read as a line end.
const NEEDS_QUOTES = /[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/u;

export function renderYaml(report: Report): string {
  const document = new Document(inContractOrder(report), {
    // Nothing is shared by reference: an anchor in a report helps nobody.
    aliasDuplicateObjects: false,
    // Many readers still follow YAML 1.1, where a bare `no` is a boolean and a bare time a date.
    compat: 'yaml-1.1',
  });
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && typeof node.value === 'string' && NEEDS_QUOTES.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  // All that is unsafe stands in double quotes now, where the escape of JSON means the same.
  return document.toString({ lineWidth: 0 }).replace(UNSAFE_IN_DATA, escapeUnit);
}
