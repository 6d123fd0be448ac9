// Bundles src/ into dist/: one small entry and lazily loaded chunks, with source maps and line breaks kept
// (a minified one-line bundle that throws prints itself whole).

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { DIAGNOSED } from './src/checks/index.ts';

// What the demo makes its certificates with does not ship in the image; `demo` loads it from node_modules.
const DEVELOPMENT_ONLY = ['@peculiar/x509'];

// Built beside its place and put there whole: a build that fails leaves the last one.
const OUT = 'dist';
const BESIDE = `.${OUT}-${process.pid}`;
const result = await build({
  entryPoints: {
    'net-preflight': 'src/main.ts',
    'dtls-psk-child': 'src/net/dtls-psk-child.ts',
    'lookup-child': 'src/net/lookup-child.ts',
  },
  outdir: BESIDE,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  external: DEVELOPMENT_ONLY,
  // Its ES module build: a CommonJS one that is imported dynamically keeps its names from the importer.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  chunkNames: 'chunks/[name]-[hash]',
  define: {
    __VERSION__: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version),
    __DIAGNOSED__: JSON.stringify([...DIAGNOSED]),
  },
  banner: {
    // CommonJS packages in the bundle call require() of Node's own modules.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: process.argv.includes('--quiet') ? 'error' : 'info',
});
if (result.errors.length > 0) {
  rmSync(BESIDE, { recursive: true, force: true });
  process.exitCode = 1;
} else {
  // Without it Node has to find out for each file what kind of module it is.
  writeFileSync(`${BESIDE}/package.json`, '{ "type": "module" }\n');
  rmSync(OUT, { recursive: true, force: true });
  renameSync(BESIDE, OUT);
}
