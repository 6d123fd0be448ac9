// Do we take and refuse the Corefiles that CoreDNS takes and refuses? CoreDNS itself is asked.

import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCorefile } from '../../src/parse/corefile.ts';
import { corednsMissing, corednsOracle, type Verdict } from '../support/coredns-oracle.ts';
import { corefiles, ENVIRONMENT, FILES } from '../support/corefile-generator.ts';
import { COREFILES, corefileText } from '../support/corefiles.ts';

/** NET_PREFLIGHT_SOAK_COREFILES=5000 for a long run; a seed is printed with a failure. */
const COUNT = Number(process.env.NET_PREFLIGHT_SOAK_COREFILES ?? 160);
const SEED = Number(process.env.NET_PREFLIGHT_SOAK_SEED ?? 20_260_801);
/** About 100 ms for each start, two at a time. */
const TIMEOUT_MS = 60_000 + COUNT * 500;

const missing = corednsMissing();
if (missing !== null) process.stderr.write(`\nNOT COMPARED with CoreDNS: ${missing}\n`);

const oracle = missing === null ? corednsOracle(FILES) : null;
afterAll(() => oracle?.close());

function ours(text: string) {
  return parseCorefile(text, {
    env: (name) => ENVIRONMENT[name] ?? '',
    files: (pattern) => {
      const path = pattern.replace(/^\.\//, '');
      return path in FILES ? [{ path, text: FILES[path] ?? '' }] : [];
    },
  });
}

describe.skipIf(missing)('a Corefile', () => {
  it(
    `is taken or refused as by CoreDNS, ${COUNT} generated ones`,
    async () => {
      const texts = [...new Set(fc.sample(corefiles, { numRuns: COUNT, seed: SEED }))];
      const different: string[] = [];
      let started = 0;
      let machine = 0;
      const one = async (text: string) => {
        const verdict: Verdict | undefined = await oracle?.ask(text, ENVIRONMENT);
        if (!verdict) return;
        if (verdict.started) started++;
        if (verdict.machine) machine++;
        const { errors } = ours(text);
        if (verdict.machine || verdict.started === (errors.length === 0)) return;
        const told = errors.map(({ line, column, message }) => `${line}:${column} ${message}`).join('; ');
        different.push(`CoreDNS: ${verdict.started ? 'starts' : verdict.words}\nwe: ${told || 'take it'}\n${text}`);
      };
      const queue = [...texts];
      const worker = async () => {
        for (let text = queue.pop(); text !== undefined; text = queue.pop()) await one(text);
      };
      await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
      expect(
        different.length,
        `${different.length} of ${texts.length}, seed ${SEED}\n${different.slice(0, 20).join('\n---\n')}`,
      ).toBe(0);
      // A generator whose files are all broken, or all fine, would prove nothing.
      expect(started / texts.length).toBeGreaterThan(0.15);
      expect((texts.length - started - machine) / texts.length).toBeGreaterThan(0.15);
    },
    TIMEOUT_MS,
  );

  it.each(COREFILES)('of the stock is taken or refused as by CoreDNS: %s', async (name) => {
    // There is no cluster here: an address that nobody answers at is as good for reading the file.
    const text = corefileText(name).replace(
      /^(\s*kubernetes .*\{)$/gm,
      '$1\n endpoint http://127.0.0.1:1\n startup_timeout 1ms',
    );
    const verdict = await oracle?.ask(text);
    const { errors } = parseCorefile(text, {
      files: (pattern) => (pattern.includes('*') ? [] : undefined),
      env: () => '',
    });
    // An address of the node, a placeholder that NodeLocal fills in.
    if (verdict?.machine || text.includes('__PILLAR__')) return;
    expect(verdict?.started, verdict?.words).toBe(errors.length === 0);
  });
});
