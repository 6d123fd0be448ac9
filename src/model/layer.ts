// The layers a fault can live in. Their causal order is data and lives in `catalogue/layers.ts`.

export const LAYERS = [
  'environment',
  'dns-client',
  'dns-path',
  'dns-server',
  'dns-content',
  'tcp',
  'tls',
  'http',
  'proxy',
  'udp',
  'mtu',
  'egress',
  'upgrade',
] as const;

export type Layer = (typeof LAYERS)[number];
