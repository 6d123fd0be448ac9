import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_INTENT } from '../../../src/checks/corefile/lint.ts';
import { linesOf, patchCorefile } from '../../../src/checks/corefile/patch.ts';
import { unifiedDiff } from '../../../src/commands/unified-diff.ts';
import { corefiles } from '../../support/corefile-generator.ts';
import { COREFILES, corefileText } from '../../support/corefiles.ts';

const ZONE = { zone: 'private.example.com.', forwarders: ['10.0.0.10', '10.0.0.11'] };
const patched = (text: string) => patchCorefile(text, ZONE, NO_INTENT);

/** Something else is broken there, which a block for the zone does not mend. */
const ELSEWHERE = [
  'nested-in-hosts',
  'unknown-directive',
  'old-proxy',
  'bad-value',
  'loop-loopback',
  'no-forward',
  'no-root',
];
const mendable = COREFILES.filter((name) => !ELSEWHERE.includes(name.replace('broken-', '')));

describe('the corrected Corefile', () => {
  it.each(mendable)('%s: forwards the zone, and nothing fails', (name) => {
    const { left, text } = patched(corefileText(name));
    expect(left.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(text).toMatch(/^private\.example\.com:(?:53|5353) \{$/m);
  });

  it.each(COREFILES)('%s: a second patch changes nothing', (name) => {
    const { text } = patched(corefileText(name));
    expect(patched(text).edits).toEqual([]);
  });

  it.each(['kubeadm-stub', 'openshift', 'broken-over-tls'])('%s needs no change', (name) => {
    expect(patched(corefileText(name)).edits).toEqual([]);
  });

  it('keeps every line that is not concerned', () => {
    expect(patched(corefileText('broken-nested')).text).toBe(patched(corefileText('kubeadm')).text);
    expect(patched(corefileText('kubeadm')).text).toContain(corefileText('kubeadm'));
  });

  it('leaves the other zones of a block to their servers', () => {
    const text = '. private.example.com {\n forward . /etc/resolv.conf\n}\n';
    expect(patched(text).text).toMatch(/^\. \{\n forward \. \/etc\/resolv\.conf\n\}\nprivate\.example\.com:53 \{\n/);
  });

  it('has the port of the root block', () => {
    const text = patched('.:5353 {\n forward . /etc/resolv.conf\n}\n').text;
    expect(text).toContain('private.example.com:5353 {');
  });
});

describe('the diff', () => {
  it('is applied by patch(1) to the same text, whatever the Corefile', () => {
    const folder = mkdtempSync(join(tmpdir(), 'net-preflight-patch-'));
    try {
      const file = join(folder, 'Corefile');
      const texts = [...COREFILES.map(corefileText), ...fc.sample(corefiles, { numRuns: 60, seed: 3 })];
      let compared = 0;
      for (const text of [...texts, ...texts.map((one) => one.replace(/\n$/, ''))]) {
        // patch(1) has its own idea of lines that end in a carriage return.
        if (text.includes('\r')) continue;
        const { edits, text: wanted } = patched(text);
        if (edits.length === 0) continue;
        writeFileSync(file, text);
        const diff = unifiedDiff('Corefile', linesOf(text), edits, text.endsWith('\n') || text === '');
        execFileSync('patch', ['--fuzz=0', '--silent', file], { input: diff });
        // A change far from an unfinished last line leaves it unfinished.
        expect(readFileSync(file, 'utf8').replace(/\n$/, ''), diff).toBe(wanted.replace(/\n$/, ''));
        compared++;
      }
      expect(compared).toBeGreaterThan(40);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('never fails to be made', () => {
    fc.assert(
      fc.property(corefiles, (text) => {
        const { edits } = patched(text);
        unifiedDiff('Corefile', linesOf(text), edits);
        // In order and apart: else a line would be taken out twice.
        for (const [i, edit] of edits.entries()) {
          const before = edits[i - 1];
          if (before) expect(edit.line).toBeGreaterThanOrEqual(before.line + before.remove);
        }
      }),
      { numRuns: 500 },
    );
  });
});
