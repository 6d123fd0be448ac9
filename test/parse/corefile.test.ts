import { describe, expect, it } from 'vitest';
import { parseCorefile } from '../../src/parse/corefile.ts';
import type { ParseOptions } from '../../src/parse/corefile-types.ts';

const errorsOf = (text: string, options?: ParseOptions) =>
  parseCorefile(text, options).errors.map(({ line, column, kind }) => `${line}:${column} ${kind}`);

describe('server blocks', () => {
  it('have keys with zone, port and transport, and directives with places', () => {
    const { blocks, errors } = parseCorefile(
      '. Example.ORG:1053, tls://secure.test\n{\n  errors\n  forward . 10.0.0.10 {\n    policy sequential\n  }\n}\n',
    );
    expect(errors).toEqual([]);
    expect(blocks[0]?.keys).toMatchObject([
      { zone: '.', port: 53, transport: 'dns', line: 1, column: 1 },
      { zone: 'example.org.', port: 1053, transport: 'dns', line: 1, column: 3 },
      { zone: 'secure.test.', port: 853, transport: 'tls', line: 1, column: 21 },
    ]);
    expect(blocks[0]?.directives).toMatchObject([
      { name: 'errors', args: [], block: null, line: 3, column: 3 },
      {
        name: 'forward',
        args: [{ text: '.' }, { text: '10.0.0.10', line: 4, column: 13 }],
        block: [{ name: 'policy', args: [{ text: 'sequential' }], line: 5, column: 5 }],
        end: { line: 6, column: 3 },
      },
    ]);
    expect(blocks[0]?.end).toMatchObject({ line: 7, column: 1 });
  });

  it.each([
    ['grpc://a.test', 'a.test.', 443, 'grpc'],
    ['https://a.test:8443', 'a.test.', 8443, 'https'],
    ['dns://.:5353', '.', 5353, 'dns'],
    ['10.0.0.0/8', '10.in-addr.arpa.', 53, 'dns'],
    ['10.20.0.0/16:54', '20.10.in-addr.arpa.', 54, 'dns'],
    ['0.0.0.0/0', 'in-addr.arpa.', 53, 'dns'],
    ['2001:db8::/32', '8.b.d.0.1.0.0.2.ip6.arpa.', 53, 'dns'],
  ])('%s is %s at %s', (text, zone, port, transport) =>
    expect(parseCorefile(`${text} {\n whoami\n}`).blocks[0]?.keys).toMatchObject([{ zone, port, transport }]),
  );

  it('a network that ends inside an octet is several zones', () => {
    const zones = parseCorefile('10.0.0.0/15').blocks[0]?.keys.map(({ zone }) => zone);
    expect(zones).toEqual(['0.10.in-addr.arpa.', '1.10.in-addr.arpa.']);
  });

  it('the default port can be another one', () => {
    expect(parseCorefile('.', { defaultPort: 1053 }).blocks[0]?.keys[0]?.port).toBe(1053);
  });
});

describe('snippets and imports', () => {
  const files = (pattern: string) => {
    const all: Readonly<Record<string, readonly { path: string; text: string }[]>> = {
      'custom/*.override': [{ path: 'custom/a.override', text: 'log\n' }],
      'custom/*.server': [{ path: 'custom/b.server', text: 'b.test {\n whoami\n nonsense\n}\n' }],
      'none/*': [],
      nowhere: [],
    };
    return all[pattern];
  };

  it('a snippet stands where it is imported', () => {
    const { blocks, snippets } = parseCorefile('(s) {\n errors\n cache 30\n}\n. {\n import s\n loop\n}\n');
    expect(snippets).toMatchObject([{ name: 's', line: 1, column: 1 }]);
    expect(blocks[0]?.directives.map(({ name, line }) => `${name} ${line}`)).toEqual(['errors 2', 'cache 3', 'loop 7']);
  });

  it('a file is read by the lookup, and its places name it', () => {
    const { blocks, errors } = parseCorefile('. {\n import custom/*.override\n}\nimport custom/*.server\n', { files });
    expect(blocks.map(({ keys }) => keys[0]?.zone)).toEqual(['.', 'b.test.']);
    expect(blocks[0]?.directives[0]).toMatchObject({ name: 'log', file: 'custom/a.override', line: 1 });
    expect(errors).toMatchObject([{ file: 'custom/b.server', line: 3, column: 2, kind: 'unknown-directive' }]);
  });

  it('what nobody can look into is noted, and no mistake', () => {
    const { blocks, errors, notes } = parseCorefile('. {\n import elsewhere/*\n errors\n}\n');
    expect(errors).toEqual([]);
    expect(notes).toMatchObject([{ kind: 'unknown-import', subject: 'elsewhere/*', line: 2, column: 9 }]);
    expect(blocks[0]?.unknownImports).toEqual(['elsewhere/*']);
  });

  it.each([
    ['a pattern without files is taken', '. {\n import none/*\n}', []],
    ['a file that does not exist is refused', '. {\n import nowhere\n}', ['2:9 import']],
    ['two wildcards', '. {\n import */*\n}', ['2:9 import']],
    ['two names', '. {\n import a b\n}', ['2:11 import']],
    ['no name', '. {\n import\n}', ['2:2 import']],
    ['a snippet that imports itself', '(s) {\n import s\n}', ['2:2 syntax']],
    ['a snippet twice', '(s) {\n}\n(s) {\n}', ['3:1 syntax']],
    ['a circle of two', '(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}', ['5:2 import']],
  ])('%s', (_, text, expected) => expect(errorsOf(text, { files })).toEqual(expected));
});

describe('what CoreDNS refuses, with line and column', () => {
  it.each([
    [
      'a server block inside another',
      '.:53 {\n    errors\n    a.test:53 {\n        forward . 10.0.0.10\n    }\n}\n',
      ['3:5 unknown-directive'],
    ],
    ['a directive that nobody knows', '. {\n  foward . 1.1.1.1\n}', ['2:3 unknown-directive']],
    [
      'two of them, both told',
      '. {\n  foward . 1.1.1.1\n  chache 30\n}',
      ['2:3 unknown-directive', '3:3 unknown-directive'],
    ],
    ['a leading dot', '.a.test {\n}', ['1:1 key']],
    ['no zone', ':53 {\n}', ['1:1 key']],
    ['a port out of range', 'a.test:99999 {\n}', ['1:1 key']],
    ['a block that is never closed', '. {\n  errors\n', ['1:3 syntax']],
    ["a plugin's block that is never closed", '. {\n  cache {\n    success 100\n', ['2:9 syntax']],
    ['one line', '. { errors }', ['1:12 syntax']],
    ['a comma too many', 'a.test, {\n}', ['1:9 syntax']],
    ['a zone twice', 'a.test {\n}\na.test:53 {\n}', ['3:1 duplicate-key']],
    ['a zone everywhere and at one address', 'a.test {\n}\na.test {\n bind 127.0.0.1\n}', ['3:1 duplicate-key']],
    ['a name to forward to', '. {\n  forward . 10.0.0.10 dns1.corp\n}', ['2:23 forward-name']],
    ['a plugin twice', '. {\n  cache 30\n  cache 60\n}', ['3:3 plugin']],
    ['a key that needs a certificate', 'quic://a.test {\n}', ['1:1 key']],
  ])('%s', (_, text, expected) => expect(errorsOf(text)).toEqual(expected));

  it.each([
    ['the last brace, after that of a plugin', '. {\n  forward . 10.0.0.10 {\n  }\n', 'lenient-end'],
    ['a quotation mark', '.\nlog "a', 'unclosed-quote'],
    ['a value that is not known here', '. {\n cache {$TTL}x\n forward . {$DNS}\n health {$H}\n}', 'unknown-value'],
  ])('it takes %s, and that is noted', (_, text, kind) => {
    const { errors, notes } = parseCorefile(text);
    expect(errors).toEqual([]);
    expect(notes.map((note) => note.kind)).toContain(kind);
  });

  it('zones at two addresses, and beside a view, are no duplicates', () => {
    expect(errorsOf('a.test {\n bind 127.0.0.1\n}\na.test {\n bind 127.0.0.2\n}')).toEqual([]);
    expect(errorsOf('a.test {\n view v {\n expr true\n }\n}\na.test {\n}')).toEqual([]);
  });
});
