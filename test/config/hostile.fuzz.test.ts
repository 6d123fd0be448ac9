import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeOf, FLAGS } from '../../src/config/flags.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { parseEndpoint, parseHost, parseHostPort } from '../../src/parse/host-port.ts';
import { loadWith } from './loading.ts';

// Bits of what people and attackers write, glued together.
const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    'a.example',
    '://',
    ':',
    '443',
    '[',
    ']',
    '::1',
    '10.0.0.0/8',
    '*',
    ',',
    '=',
    '@',
    'until=',
    '2027-01-31',
    '\u0000',
    '\n',
    '.',
    '-',
    'off',
    'https',
    '10s',
  ),
);
const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));

async function mistakesOrNothing(run: Promise<unknown>): Promise<void> {
  try {
    await run;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    for (const mistake of (error as ConfigError).mistakes) {
      expect(mistake).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]|undefined|NaN|\[object/);
      expect(mistake.length).toBeLessThan(600);
    }
  }
}

describe('whatever is written, it is a configuration or a list of mistakes', () => {
  it('flags', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...FLAGS), fc.array(text, { minLength: 1, maxLength: 3 }), (flag, texts) =>
        mistakesOrNothing(loadWith({ flags: { [attributeOf(flag)]: flag.repeatable ? texts : texts[0] } })),
      ),
      { numRuns: 200 },
    ));

  it('environment', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FLAGS.flatMap(({ env }) => env ?? []), 'NPA_API_BASE_URL'),
        text,
        (name, value) => mistakesOrNothing(loadWith({ env: { [name]: value } })),
      ),
      { numRuns: 300 },
    ));

  it('files of any text', () =>
    fc.assert(
      fc.asyncProperty(text, (body) => mistakesOrNothing(loadWith({ files: [{ name: 'a.yaml', text: body }] }))),
      { numRuns: 200 },
    ));

  it('files of the right shape with any values', () => {
    const keys = [
      'tenant',
      'stitchers',
      'targets',
      'controls',
      'gate',
      'psk',
      'waivers',
      'connectTo',
      'timeout',
      'expectCa',
      'resolvers',
      'x',
    ];
    const spec = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }));
    return fc.assert(
      fc.asyncProperty(spec, (value) => {
        const body = { apiVersion: 'net-preflight.dev/v1alpha1', kind: 'PreflightConfig', spec: value };
        return mistakesOrNothing(loadWith({ files: [{ name: 'a.json', text: JSON.stringify(body) }] }));
      }),
      { numRuns: 200 },
    );
  });

  it('a normal form is its own normal form', () => {
    fc.assert(
      fc.property(text, (written) => {
        const host = parseHost(written);
        if (host.ok) expect(parseHost(host.value)).toEqual(host);
        const where = parseHostPort(written, 443);
        if (where.ok) expect(parseHost(where.value.host)).toEqual({ ok: true, value: where.value.host });
        const endpoint = parseEndpoint(written, 53);
        if (endpoint.ok) expect(endpoint.value.port).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});
