// Is the causal order of the layers sound, and does it say what we mean?

import { describe, expect, it } from 'vitest';
import { explains, LAYER_DESCRIPTIONS, LAYER_EDGES, LAYER_TITLES } from '../../src/catalogue/layers.ts';
import { LAYERS, type Layer } from '../../src/model/layer.ts';

/** The layers that are left when those without an unplaced cause are taken away, again and again. */
function cyclic(): Layer[] {
  let left: Layer[] = [...LAYERS];
  for (;;) {
    const free = left.filter((layer) => !left.some((cause) => LAYER_EDGES[cause].includes(layer)));
    if (free.length === 0) return left;
    left = left.filter((layer) => !free.includes(layer));
  }
}

describe('the edges', () => {
  it('know every layer and no other', () => {
    expect(Object.keys(LAYER_EDGES).sort()).toEqual([...LAYERS].sort());
    for (const next of Object.values(LAYER_EDGES).flat()) expect(LAYERS).toContain(next);
  });

  // First, because `explains` would not end on a cycle.
  it('have no cycle', () => {
    expect(cyclic()).toEqual([]);
  });
});

describe('explains', () => {
  it.each<[Layer, Layer]>([
    ['environment', 'dns-client'],
    ['environment', 'http'],
    ['environment', 'udp'],
    ['dns-client', 'dns-path'],
    ['dns-client', 'udp'],
    ['dns-path', 'dns-server'],
    ['dns-server', 'dns-content'],
    ['dns-content', 'tcp'],
    ['dns-content', 'tls'],
    ['dns-content', 'proxy'],
    ['dns-content', 'udp'],
    ['dns-content', 'mtu'],
    ['dns-content', 'egress'],
    ['tcp', 'tls'],
    ['tcp', 'http'],
    ['tcp', 'udp'],
    ['tls', 'http'],
    ['proxy', 'tls'],
    ['proxy', 'http'],
    ['proxy', 'udp'],
    ['mtu', 'tls'],
    ['mtu', 'udp'],
    ['egress', 'tcp'],
    ['egress', 'udp'],
    ['egress', 'http'],
  ])('%s can explain %s, and not the other way round', (earlier, later) => {
    expect(explains(earlier, later)).toBe(true);
    expect(explains(later, earlier)).toBe(false);
  });

  it.each<[Layer, Layer]>([
    ['tcp', 'proxy'],
    ['tls', 'udp'],
    ['http', 'udp'],
  ])('%s and %s do not explain each other', (one, other) => {
    expect(explains(one, other)).toBe(false);
    expect(explains(other, one)).toBe(false);
  });

  it('says nothing of a layer and itself', () => {
    for (const layer of LAYERS) expect(explains(layer, layer)).toBe(false);
  });

  it('leaves upgrade alone', () => {
    for (const layer of LAYERS) {
      expect(explains(layer, 'upgrade')).toBe(false);
      expect(explains('upgrade', layer)).toBe(false);
    }
  });

  it('is transitive', () => {
    for (const a of LAYERS)
      for (const b of LAYERS)
        for (const c of LAYERS) if (explains(a, b) && explains(b, c)) expect(explains(a, c)).toBe(true);
  });
});

describe('the words for layers', () => {
  it.each(LAYERS)('%s has a short title and one sentence', (layer) => {
    expect(LAYER_TITLES[layer]).toMatch(/^[a-z]{3,11}$/);
    expect(LAYER_DESCRIPTIONS[layer]).toMatch(/^[A-Z][^.]+\.$/);
  });
});
