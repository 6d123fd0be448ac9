import { describe, expect, it, vi } from 'vitest';
import { file, loadWith } from './loading.ts';

describe('flags over environment over file over profile over defaults', () => {
  const sources = {
    flags: { tenant: 'from-flag' },
    env: { NET_PREFLIGHT_TENANT: 'from-env' },
    files: [file('a.yaml', 'tenant: from-a'), file('b.yaml', 'tenant: from-b')],
  };
  it.each([
    ['everything', sources, 'from-flag', 'flag --tenant'],
    ['no flag', { ...sources, flags: {} }, 'from-env', 'env NET_PREFLIGHT_TENANT'],
    ['files only', { files: sources.files }, 'from-b', 'file b.yaml'],
    ['one file', { files: sources.files.slice(0, 1) }, 'from-a', 'file a.yaml'],
    [
      'an empty variable',
      { files: sources.files.slice(0, 1), env: { NET_PREFLIGHT_TENANT: '' } },
      'from-a',
      'file a.yaml',
    ],
  ])('%s', async (_name, input, tenant, origin) => {
    const loaded = await loadWith(input);
    expect(loaded.effective.spec.tenant).toBe(tenant);
    expect(loaded.origins.tenant).toBe(origin);
    expect(loaded.settings.targets[0]?.host).toBe(`${tenant}.goskope.com`);
  });

  it('the profile gives the suffix, a file replaces it', async () => {
    const before = await loadWith({ flags: { tenant: 'acme' } });
    expect([before.effective.spec.suffix, before.origins.suffix]).toEqual(['goskope.com', 'profile']);
    const after = await loadWith({ flags: { tenant: 'acme' }, files: [file('a.yaml', 'suffix: EU.goskope.com.')] });
    expect([after.effective.spec.suffix, after.origins.suffix]).toEqual(['eu.goskope.com', 'file a.yaml']);
  });

  it('sections are merged by key, lists are replaced', async () => {
    const loaded = await loadWith({
      files: [file('a.yaml', 'gate: {wait: 1m, period: 3s}\nstitchers: [a.example, b.example]\ncontrols: {stun: off}')],
      flags: { stitcher: ['c.example'], wait: '90s' },
    });
    expect(loaded.gate).toEqual({ waitMs: 90_000, periodMs: 3000, successThreshold: 1, failurePolicy: 'Fail' });
    expect(loaded.origins['gate.wait']).toBe('flag --wait');
    expect(loaded.origins['gate.period']).toBe('file a.yaml');
    expect(loaded.effective.spec.stitchers).toEqual(['c.example']);
    expect(loaded.settings.controls.stun).toEqual([]);
    expect(loaded.settings.controls.https.map(({ address }) => address)).toEqual(['1.1.1.1', '8.8.8.8']);
  });

  it('controls: off turns each kind off; a later source can turn one on again', async () => {
    expect((await loadWith({ flags: { controls: 'off' } })).settings.controls).toEqual({
      https: [],
      stun: [],
      quic: [],
    });
    const { settings } = await loadWith({
      files: [
        file('a.yaml', 'controls: off'),
        file('b.yaml', 'controls: {stun: [{host: s.example, address: 192.0.2.9, port: 3478}]}'),
      ],
    });
    expect(settings.controls).toEqual({
      https: [],
      stun: [{ host: 's.example', address: '192.0.2.9', port: 3478 }],
      quic: [],
    });
  });

  it('an address where nobody can be: the default, another, several, or none', async () => {
    expect((await loadWith({})).settings.controls.nobody).toEqual([{ address: '192.0.2.53', port: 53 }]);
    const nobody = async (text: string) =>
      (await loadWith({ files: [file('a.yaml', `controls: {nobody: ${text}}`)] })).settings.controls.nobody;
    expect(await nobody("['203.0.113.1', '[2001:db8::1]:5353']")).toEqual([
      { address: '203.0.113.1', port: 53 },
      { address: '2001:db8::1', port: 5353 },
    ]);
    expect(await nobody('off')).toBeUndefined();
  });

  it('where the key is: naming another place replaces the first', async () => {
    const loaded = await loadWith({
      files: [file('a.yaml', 'psk: {identity: me, keyEnv: SOME_KEY}')],
      flags: { pskKeyFile: '/keys/psk.hex' },
    });
    expect(loaded.settings.psk).toEqual({ identity: 'me', keyHex: '00112233445566778899aabbccddeeff' });
    expect(loaded.effective.spec.psk).toEqual({ identity: 'me', keyFile: '/keys/psk.hex' });
  });

  it.each([
    [{}, 'standard', 45_000, 'default'],
    [{ flags: { quick: true } }, 'quick', 30_000, 'flag --quick'],
    [{ flags: { depth: 'deep' } }, 'deep', 180_000, 'flag --depth'],
    [{ env: { NET_PREFLIGHT_DEPTH: 'deep' }, flags: { quick: true } }, 'quick', 30_000, 'flag --quick'],
    [{ defaultDepth: 'quick' as const }, 'quick', 30_000, 'default'],
    [{ defaultDepth: 'quick' as const, flags: { standard: true } }, 'standard', 45_000, 'flag --standard'],
  ])('depth and the time limit that goes with it: %j', async (input, depth, timeoutMs, origin) => {
    const { settings, origins } = await loadWith(input);
    expect([settings.depth, settings.timeoutMs, origins.depth]).toEqual([depth, timeoutMs, origin]);
  });

  it('the C library is not asked when the resolvers are given, unless told to', async () => {
    expect((await loadWith({})).settings.systemLookup).toBe(true);
    expect((await loadWith({ flags: { resolver: ['192.0.2.53'] } })).settings.systemLookup).toBe(false);
    const env = { NET_PREFLIGHT_SYSTEM_LOOKUP: 'true', NET_PREFLIGHT_RESOLVERS: '192.0.2.53, [2001:db8::53]:5353' };
    const { settings } = await loadWith({ env });
    expect(settings.systemLookup).toBe(true);
    expect(settings.resolvers).toEqual([
      { address: '192.0.2.53', port: 53 },
      { address: '2001:db8::53', port: 5353 },
    ]);
    expect((await loadWith({ flags: { systemLookup: false } })).settings.systemLookup).toBe(false);
    // What commander sets by itself for a negatable flag says nothing.
    expect((await loadWith({ flags: { systemLookup: true, resolver: ['192.0.2.53'] } })).settings.systemLookup).toBe(
      false,
    );
  });

  it('flags alone load neither YAML nor the schema', async () => {
    vi.resetModules();
    vi.doMock('yaml', () => {
      throw new Error('yaml was loaded');
    });
    vi.doMock('zod/mini', () => {
      throw new Error('zod was loaded');
    });
    try {
      const { load } = await import('../../src/config/load.ts');
      const input = { flags: { tenant: 'acme', stitcher: ['a.example'] }, env: {}, files: [] };
      expect((await load(input)).settings.targets).toHaveLength(3);
      await expect(load({ ...input, files: [file('a.yaml', 'depth: quick')] })).rejects.toThrow();
    } finally {
      vi.doUnmock('yaml');
      vi.doUnmock('zod/mini');
      vi.resetModules();
    }
  });
});

describe("the Publisher's own environment, lowest but for the defaults", () => {
  it.each([
    ['https://acme.eu.goskope.com', 'acme.eu.goskope.com', 443, []],
    ['https://acme.goskope.com:8443/', 'acme.goskope.com', 8443, []],
    ['acme.goskope.com', 'acme.goskope.com', 443, []],
    ['http://acme.goskope.com/api', 'acme.goskope.com', 443, [/says http/, /has a path/]],
  ])('NPA_API_BASE_URL=%s', async (url, host, port, notes) => {
    const loaded = await loadWith({ env: { NPA_API_BASE_URL: url } });
    expect(loaded.settings.targets[0]).toMatchObject({ host, port, role: 'tenant' });
    expect(loaded.origins.tenant).toBe('env NPA_API_BASE_URL');
    for (const note of notes) expect(loaded.notes.join('\n')).toMatch(note);
    expect(loaded.notes.filter((note) => note.includes('NPA_'))).toHaveLength(notes.length);
  });

  it('gives way to every other source, without a word', async () => {
    const loaded = await loadWith({
      env: { NPA_API_BASE_URL: 'http://other.goskope.com/x', NET_PREFLIGHT_TENANT: 'acme' },
    });
    expect(loaded.settings.targets[0]?.host).toBe('acme.goskope.com');
    expect(loaded.notes.join()).not.toContain('NPA_');
  });

  it.each(['http://', 'https://user:secret@', '::::', 'https://10.0.0.1', 'tenant'])(
    '%s is noted, not refused',
    async (url) => {
      const loaded = await loadWith({ env: { NPA_API_BASE_URL: url } });
      expect(loaded.settings.targets).toEqual([]);
      expect(loaded.notes.join()).toMatch(/NPA_API_BASE_URL.*not used/);
      expect(loaded.notes.join()).not.toContain('secret');
    },
  );
});
