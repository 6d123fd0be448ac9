// package.json, the lock file, and what the code really imports.

import { describe, expect, it } from 'vitest';
import { expectNone } from './rule.ts';
import { FILES, importsOf, packageOf, SCRIPTS, SOURCES, TESTS, textOf } from './tree.ts';

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;
const { dependencies, devDependencies } = manifest;
const importedBy = (paths: readonly string[]) =>
  new Set(paths.flatMap(importsOf).flatMap(({ specifier }) => packageOf(specifier) ?? []));

/** Makes the demo world's certificates; not part of what ships in the image. */
const NOT_SHIPPED = ['@peculiar/x509'];
/** Used by its program, not by an import: package → program. */
const PROGRAMS: Readonly<Record<string, string>> = { '@biomejs/biome': 'biome', typescript: 'tsc', node: 'node' };

const shipped = new Set([...importedBy(SOURCES)].filter((name) => !NOT_SHIPPED.includes(name)));
const atWork = importedBy([...TESTS, ...SCRIPTS]);

describe('packages', () => {
  it('what src/ imports is a dependency', () => {
    const broken = [...shipped].filter((name) => dependencies[name] === undefined);
    expectNone(
      broken,
      'a package that src/ imports is in dependencies',
      'npm ci --omit=dev must leave a program that runs',
    );
  });

  it('what makes certificates for the demo is a devDependency', () => {
    const broken = NOT_SHIPPED.filter(
      (name) => devDependencies[name] === undefined || dependencies[name] !== undefined,
    );
    expectNone(broken, 'the demo’s certificate library is in devDependencies', 'it does not ship in the image');
  });

  it('every dependency is imported by src/', () => {
    const broken = Object.keys(dependencies).filter((name) => !shipped.has(name));
    expectNone(
      broken,
      'a package in dependencies is imported by src/',
      'what nobody uses still has to be updated, audited and shipped; take it out until it is needed',
    );
  });

  it('every devDependency is used', () => {
    const words = `${Object.values(manifest.scripts).join(' ')} ${textOf('.ci/run')}`;
    const used = (name: string) =>
      atWork.has(name) ||
      NOT_SHIPPED.includes(name) ||
      new RegExp(`(^|\\s)${PROGRAMS[name] ?? '-'}\\s`).test(words) ||
      (name.startsWith('@types/') &&
        (name === '@types/node' || dependencies[name.slice('@types/'.length)] !== undefined));
    expectNone(
      Object.keys(devDependencies).filter((name) => !used(name)),
      'a devDependency is imported by test/ or a script, or its program is run by an npm script',
      'what nobody uses still has to be updated',
    );
  });

  it('what tests and scripts import is in package.json', () => {
    const broken = [...atWork].filter((name) => (dependencies[name] ?? devDependencies[name]) === undefined);
    expectNone(broken, 'an imported package is named in package.json', 'what comes by chance goes by chance');
  });

  it('versions are exact', () => {
    const broken = Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name}: ${version}`);
    expectNone(broken, 'versions are pinned exactly', 'a clone next year must build what was tested today');
    expect(textOf('.npmrc'), 'npm install keeps them exact by save-exact').toMatch(/^save-exact=true$/m);
  });

  it('the lock file names no registry and pins every package', () => {
    interface Locked {
      readonly version?: string;
      readonly resolved?: string;
      readonly integrity?: string;
      readonly link?: boolean;
    }
    const lock = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked>; version: string };
    const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
    const addressed = entries
      .filter(([, one]) => one.resolved !== undefined)
      .map(([path, one]) => `${path}: ${one.resolved}`);
    expectNone(
      addressed,
      'package-lock.json has no resolved URLs (npm: omit-lockfile-registry-resolved)',
      'everybody installs from the registry or mirror of their own',
    );
    const loose = entries.filter(([, one]) => !one.link && one.integrity === undefined).map(([path]) => path);
    expectNone(loose, 'every locked package has an integrity hash', 'without it any mirror can change the code');
    expectNone(
      FILES.filter(
        (path) => /(^|\/)(\.npmrc|\.yarnrc.*|pip\.conf)$/.test(path) && /registry\s*=|index-url/.test(textOf(path)),
      ),
      'no file chooses a registry',
      'everybody installs from the registry or mirror of their own',
    );
    expect(lock.version).toBe(manifest.version);
  });

  it('asks for the Node that ships', () => {
    const major = Number(/\d+/.exec(manifest.engines.node)?.[0]);
    expect(major).toBeGreaterThanOrEqual(24);
    expect(Number(devDependencies.node?.split('.')[0])).toBe(major);
    expect(Number(devDependencies['@types/node']?.split('.')[0])).toBe(major);
  });
});
