// Through which files the outside comes in: sockets, processes and packages.

import { describe, it } from 'vitest';
import { expectNone } from './rule.ts';
import { at, type Import, importsOf, linesMatching, packageOf, roomOf, SOURCES } from './tree.ts';

const all: readonly Import[] = SOURCES.flatMap(importsOf);

/** What can open a socket. */
const SOCKETS =
  /^(?:node:(?:net|dgram|tls|https?|http2|dns|dns\/promises|inspector)|dns-packet|undici|node-dtls-client|ws)(?:\/|$)/;
const SOCKET_ROOMS = ['net', 'demo'];

/** Each package has one door. A package that is not here is a decision that nobody has made yet. */
const DOORS: Readonly<Record<string, { readonly only: RegExp; readonly because: string }>> = {
  commander: {
    only: /^src\/cli\.ts$/,
    because: 'the commands are functions; how words become calls is known in one place',
  },
  'dns-packet': {
    only: /^src\/(net|demo)\//,
    because: 'DNS messages are made and read at the door (and in the demo server)',
  },
  undici: { only: /^src\/net\//, because: 'it costs 64 ms to load and opens sockets' },
  'node-dtls-client': {
    only: /^src\/net\/dtls-psk-child\.ts$/,
    because: 'it throws out of event handlers: only a child process of our own can hold it',
  },
  '@kubernetes/client-node': {
    only: /^src\/kube\//,
    because: 'it costs 360 ms to load: every other room gets plain values',
  },
  pino: { only: /^src\/agent\.ts$/, because: 'the composition root owns the logger' },
  'ipaddr.js': { only: /^src\/parse\/ip\.ts$/, because: 'what an address is, is decided once' },
  semver: { only: /^src\/parse\/version\.ts$/, because: 'what a version is, is decided once' },
  zod: { only: /^src\/config\//, because: 'there is one schema' },
  yaml: {
    only: /^src\/(config\/yaml-text|render\/yaml|commands\/(data-text|config-view))\.ts$/,
    because: 'YAML is read in config, and written where a text is made: reports in render, data in commands',
  },
  'prom-client': { only: /^src\/render\/prometheus\.ts$/, because: 'metrics are one kind of text' },
  '@peculiar/x509': {
    only: /^src\/demo\/certificates\.ts$/,
    because: 'it makes the demo world’s certificates and does not ship in the image',
  },
};

describe('doors', () => {
  it('sockets are opened in net/ and demo/ only', () => {
    // isIP, isIPv4 and isIPv6 are pure functions that happen to live in node:net.
    const harmless = ({ specifier, names, typeOnly }: Import) =>
      typeOnly ||
      (specifier === 'node:net' && names.length > 0 && names.every((name) => /^isIP(?:v[46])?$/.test(name)));
    const broken = all.filter(
      (one) => SOCKETS.test(one.specifier) && !SOCKET_ROOMS.includes(roomOf(one.from)) && !harmless(one),
    );
    expectNone(
      broken.map(at),
      'only src/net and src/demo import Node’s sockets, dns-packet, undici and node-dtls-client',
      'there a foreign error is translated once, and a test can replace the network by an object literal',
    );
  });

  it('the global network is not used either', () => {
    const elsewhere = SOURCES.filter((path) => !SOCKET_ROOMS.includes(roomOf(path)));
    expectNone(
      linesMatching(elsewhere, /(?<![.\w'"`])(?:fetch\(|new (?:WebSocket|EventSource|XMLHttpRequest)\b)/),
      'fetch and WebSocket are sockets too: use a probe',
      'what goes round the door is neither bounded, nor translated, nor seen in the report',
    );
  });

  it('processes are started in net/ only', () => {
    const broken = all.filter(({ specifier, from }) => specifier === 'node:child_process' && roomOf(from) !== 'net');
    expectNone(
      broken.map(at),
      'only src/net imports node:child_process',
      'a hardened pod has no shell and no tools: the one child is our own DTLS client',
    );
  });

  it('each package has one door', () => {
    const broken = all.flatMap((one) => {
      const name = packageOf(one.specifier);
      if (name === null) return [];
      const door = DOORS[name];
      if (door === undefined) return [`${at(one)}: the package has no door here: say why we need it, then enter it`];
      return door.only.test(one.from) ? [] : [`${at(one)}: ${door.because}`];
    });
    expectNone(
      broken,
      'a package is imported by the files that its door names, and by no other',
      'a package that can be met anywhere can never be replaced',
    );
  });

  it('what is loaded lazily is named by a literal', () => {
    expectNone(
      linesMatching(SOURCES, /(?<![\w.'"`])import\((?!\s*['.])/),
      'import() gets a literal path',
      'the bundler and these rules follow literals only',
    );
  });

  it('the output belongs to the commands', () => {
    const quiet = SOURCES.filter(
      (path) => !/^src\/(?:commands\/|main\.ts|net\/(?:dtls-psk|lookup)-child\.ts)/.test(path),
    );
    expectNone(
      linesMatching(quiet, /(?<![\w.'"`])(?:console\.\w+\(|process\.(?:stdout|stderr)\.write|process\.exit\()/),
      'only commands/ and main.ts write to stdout and stderr or end the process',
      'printing from the middle can neither be tested nor redirected, and stdout carries the report and nothing else',
    );
  });
});
