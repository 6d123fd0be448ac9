// Corefiles as people write them and break them: lines from a stock, put together and mutated at random.

import fc from 'fast-check';

// biome-ignore format: a stock is read by its columns
export const KEYS = [
  '.', '.:53', '.:1053', 'example.org', 'example.org:53', 'example.org:1053', 'private.example.com:53', 'dns://.:53',
  'tls://example.org', 'tls://.:5353', 'grpc://example.org:1443', 'https://example.org:8443', 'quic://example.org', '10.0.0.0/8', '10.1.0.0/15:53',
  '192.168.1.0/25', '2001:db8::/32', '2001:db8::/31', 'in-addr.arpa', '*.corp.test', '.corp.test', 'a..b', ':53', 'corp.test:', 'corp.test:99999',
  'corp.test:-1', 'corp.test:+1053', 'corp.test:abc', 'corp.test:53{', 'corp.test,', '(snip)', '(other)', '(', 'UPPER.Example:53', '""', '"quoted.test"',
  '{$ZONE}:53', '{%ZONE%}', '{$EMPTY}', 'a_b.test', '\\.test', 'x\\', `${'a'.repeat(63)}.test`, `${'a'.repeat(64)}.test`, 'unix://sock', 'import', '#note', '0.0.0.0/0', '::/0',
];

// biome-ignore format: a stock is read by its columns
export const DIRECTIVES = [
  'errors', 'errors stdout', 'errors stderr', 'errors {\n stacktrace\n}', 'errors {\n consolidate 5m ".* timeout$" warning show_first\n}', 'errors {\n consolidate 5 "(" \n}',
  'errors {\n consolidate 5m "^a{2,1}"\n}', 'errors {\n consolidate 5m a info error\n}', 'errors {\n consolidate 5m a show_first info\n}',
  'health', 'health :8080', 'health 8080', 'health {\n lameduck 5s\n}', 'health {\n lameduck 5\n}', 'health :8080 {\n lameduck\n}', 'health :99999',
  'ready', 'ready :8181', 'ready 127.0.0.1:8181 {\n monitor continuously\n}', 'ready {\n monitor never\n}', 'ready\nready',
  'kubernetes cluster.local in-addr.arpa ip6.arpa {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n pods insecure\n fallthrough in-addr.arpa ip6.arpa\n ttl 30\n}',
  'kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n pods maybe\n}', 'kubernetes 10.in-addr.arpa {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n}',
  'kubernetes {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n ttl 3601\n}', 'kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n noendpoints\n zonal\n}',
  'kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n namespaces a\n namespace_labels b=c\n}', 'kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n multicluster other.local\n}',
  'kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n apiserver_qps 1.5\n apiserver_burst -1\n}', 'kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 1ms\n ignore empty_service\n endpoint_pod_names\n}',
  'k8s_external example.org', 'autopath @kubernetes', 'autopath @cache', 'autopath', 'autopath resolv.conf',
  'prometheus', 'prometheus :9153', 'prometheus localhost:9153', 'prometheus 9153', 'prometheus :9153 {\n runtime_metrics\n}',
  'forward . 192.0.2.1', 'forward . 192.0.2.1 192.0.2.2:5353', 'forward . resolv.conf', 'forward . ./resolv.conf', 'forward . /nowhere/resolv.conf', 'forward . dns1.corp', 'forward . 192.0.2.1 dns1.corp:53', 'forward .', 'forward', 'forward example.org 192.0.2.1',
  'forward . tls://192.0.2.1 {\n tls_servername dns.test\n health_check 5s\n}', 'forward . tls://192.0.2.1%dns.test', 'forward . tls://192.0.2.1%dns.test {\n tls_servername dns.test\n}', 'forward . https://192.0.2.1', 'forward . https://192.0.2.1/dns-query', 'forward . grpc://192.0.2.1', 'forward . quic://192.0.2.1:853', 'forward . unix:///run/dns.sock',
  'forward . [2001:db8::1]:53', 'forward . 2001:db8::1', 'forward . [2001:db8::1]', 'forward . fe80::1%eth0', 'forward . 192.0.2.300', 'forward . 192.0.2.1:', 'forward . 192.0.2.1:99999', 'forward . 192.0.2.01', 'forward . dns://192.0.2.1', 'forward . dns://', 'forward . :53', 'forward ..a 192.0.2.1', 'forward 10.0.0.0/9 192.0.2.1',
  'forward . 192.0.2.1 {\n max_concurrent 1000\n policy sequential\n}', 'forward . 192.0.2.1 {\n max_fails 0\n expire 10s\n force_tcp\n prefer_udp\n}', 'forward . 192.0.2.1 {\n max_fails -1\n}', 'forward . 192.0.2.1 {\n max_fails 3 force_tcp\n}', 'forward . 192.0.2.1 {\n policy fastest\n}', 'forward . 192.0.2.1 {\n except cluster.local\n next NXDOMAIN servfail\n}', 'forward . 192.0.2.1 {\n next NOTHING\n}', 'forward . 192.0.2.1 {\n failover NOERROR\n}',
  'forward . 192.0.2.1 {\n max_age 5s\n}', 'forward . 192.0.2.1 {\n max_age 5s\n expire 2s\n}', 'forward . 192.0.2.1 {\n health_check 0.5s no_rec domain example.org\n}', 'forward . 192.0.2.1 {\n health_check 5s domain\n}', 'forward . 192.0.2.1 {\n health_check -5s\n}', 'forward . 192.0.2.1 {\n unknown x\n}', 'forward . 192.0.2.1 {\n resolver 192.0.2.1:53\n source_address 127.0.0.1\n}', 'forward . 192.0.2.1 {\n resolver dns.test\n}', 'forward . 192.0.2.1 {\n read_timeout 0s\n}', 'forward . 192.0.2.1 {\n doh_method PUT\n}', 'forward . 192.0.2.1 {\n force_tcp yes\n}', 'forward . 192.0.2.1 {\n}', 'forward . 192.0.2.1 {', 'forward . 192.0.2.1 { max_fails 3 }',
  `forward . ${Array.from({ length: 16 }, (_, i) => `192.0.2.${i + 1}`).join(' ')}`, 'forward . {$UPSTREAM}', 'forward . {%UPSTREAM%} {\n max_fails {$NUMBER}\n}', 'forward . {$EMPTY}', 'forward . {$}',
  'grpc . 192.0.2.1:443', 'grpc . dns.test', 'cache', 'cache 30', 'cache 0', 'cache -5', 'cache 30 example.org', 'cache example.org', 'cache 30 {\n success 9984 30\n denial 9984 5 0\n prefetch 10 1m 10%\n}', 'cache 900 {\n denial 9984 30\n}', 'cache {\n success\n}', 'cache {\n success x\n}', 'cache {\n prefetch 1 1m 5%\n}', 'cache {\n serve_stale 1h immediate\n}', 'cache {\n serve_stale 1h verify 5s 30s 1m\n}', 'cache {\n serve_stale 1h never\n}', 'cache {\n serve_stale_policy prefer_positive\n}', 'cache {\n serve_stale\n serve_stale_policy prefer_positive\n}', 'cache {\n servfail 10m\n}', 'cache {\n disable success cluster.local\n disable denial\n keepttl\n}', 'cache {\n disable all\n}', 'cache {\n unknown\n}', 'cache 30\ncache 60',
  'loop', 'loop x', 'loop\nloop', 'reload', 'reload 10s', 'reload 1s', 'reload 10s 5s', 'reload 10s 500ms', 'reload 1 2 3', 'loadbalance', 'loadbalance round_robin', 'loadbalance random', 'loadbalance round_robin {\n prefer 10.0.0.0/8\n}', 'loadbalance {\n prefer 10.0.0.0/33\n}', 'loadbalance weighted', 'bind 127.0.0.1', 'bind lo', 'bind 127.0.0.1 127.0.0.2 {\n except 127.0.0.2\n}', 'bind', 'bind 127.0.0.1 {\n only lo\n}', 'bind 10.0.0.256',
  'hosts {\n 10.0.0.1 a.test b.test\n fallthrough\n}', 'hosts /nowhere/hosts example.org {\n fallthrough\n}', 'hosts {\n fallthrough\n 10.0.0.1 a.test\n}', 'hosts {\n ttl 0\n}', 'hosts {\n ttl 60\n reload 15s\n no_reverse\n}', 'hosts {\n reload\n}', 'hosts {\n fallthrough_unsupported\n}', 'hosts {\n private.example.com:53 {\n forward . 10.0.0.10\n }\n}',
  'log', 'log . {\n class error\n}', 'log {\n class all denial\n}', 'log {\n class everything\n}', 'log example.org "{remote} {type}"', 'log {\n level 3\n}', 'rewrite name a.test b.test', 'rewrite name exact a.test b.test', 'rewrite name suffix .a.test .b.test answer auto', 'rewrite name regex (.*)\\.a\\.test {1}.b.test', 'rewrite name regex (.*)\\.a\\.test {1}.{2}.test', 'rewrite name regex (?!x)y z', 'rewrite name regex (.*)\\.a\\.test {1}.b.test answer name (.*)\\.b\\.test {1}.a.test', 'rewrite name like a b', 'rewrite stop {\n name regex (.*)\\.a\\.test {1}.b.test\n answer name (.*)\\.b\\.test {1}.a.test\n}', 'rewrite continue name a b', 'rewrite type ANY HINFO', 'rewrite type ANY NOSUCH', 'rewrite class CH IN', 'rewrite ttl example.org 30-300', 'rewrite ttl exact example.org -', 'rewrite ttl regex [ 30', 'rewrite rcode example.org SERVFAIL NXDOMAIN', 'rewrite rcode suffix example.org 2 99', 'rewrite cname exact a.test b.test', 'rewrite cname like a.test b.test', 'rewrite edns0 local set 0xffee 0x61626364', 'rewrite edns0 local set 0xffee 0x6', 'rewrite edns0 nsid append revert', 'rewrite edns0 subnet set 24 56', 'rewrite edns0 subnet set 33 56', 'rewrite', 'rewrite name', 'rewrite answer name a b',
  'template IN A {\n match ^ip-(?P<a>[0-9]+)\\.test\\.$\n answer "{{ .Name }} 60 IN A 10.0.0.1"\n fallthrough\n}', 'template ANY ANY internal.test {\n rcode NXDOMAIN\n}', 'template IN', 'template in a', 'template IN A {\n rcode nxdomain\n}', 'template IN A {\n match (\n}', 'template IN A {\n answer "{{ .Name"\n}', 'template IN A {\n ederror 15 blocked\n}', 'template IN A {\n ederror 70000\n}', 'acl {\n allow net 10.0.0.0/8 192.0.2.1\n block type A AAAA net *\n filter\n}', 'acl {\n deny net *\n}', 'acl {\n block net 10.0.0.0/40\n}', 'acl {\n block type a\n}', 'acl {\n block net\n}', 'acl example.org {\n drop 10.0.0.0/8\n}', 'file db.example example.org', 'file /nowhere/db', 'file', 'file db.example example.org {\n reload 10\n}', 'bufsize', 'bufsize 1232', 'bufsize 100', 'any', 'any x', 'local', 'local {\n localhost_prefix off\n}', 'nsid a b', 'debug', 'debug on', 'whoami', 'whoami x', 'minimal', 'chaos v1 me', 'cancel', 'cancel 1', 'metadata', 'metadata {\n x\n}', 'root .', 'root', 'dns64', 'dns64 64:ff9b::/96', 'dns64 10.0.0.0/8', 'dns64 {\n prefix 64:ff9b::/97\n}', 'header {\n response set ra aa\n}', 'header {\n response set xx\n}', 'header', 'erratic', 'erratic {\n drop 3\n delay 2 10ms\n}', 'erratic {\n drop -1\n}', 'timeouts {\n read 5s\n idle 3600\n}', 'timeouts', 'timeouts {\n read 100ms\n}', 'multisocket 2', 'multisocket 0', 'multisocket 2 2', 'transfer {\n to * 192.0.2.9\n}', 'transfer', 'secondary example.net {\n transfer from 192.0.2.1\n}', 'secondary example.net', 'view internal {\n expr client_ip() == \'127.0.0.1\'\n}', 'pprof', 'pprof 1 2', 'shed', 'shed x',
  'import snip', 'import other', 'import custom.override', 'import nowhere', 'import *.none', 'import *.*.none', 'import snip other', 'import', 'proxy . 192.0.2.1', 'upstream', 'foward . 192.0.2.1', 'private.example.com:53 {\n errors\n forward . 10.0.0.10\n}', '{', '}', '} errors', '{$DIRECTIVE}', '{$EMPTY}', '# a comment', 'errors # behind', 'errors#behind', 'errors#behind it', '"errors"', '""', 'log "two\nlines"', 'log "open', 'errors {', 'errors\n{\n}', 'whoami\r', '\u00a0errors', '\ufefferrors',
];

const sometimes = <T>(value: fc.Arbitrary<T>, weight: number, otherwise: T) =>
  fc.oneof({ weight, arbitrary: value }, { weight: 10 - weight, arbitrary: fc.constant(otherwise) });

const GOOD = DIRECTIVES.filter((line) =>
  /^(?:errors|health|ready|cache 30|loop|reload|loadbalance|whoami|log|forward \. 192\.0\.2\.1(?: \{\n max_concurrent[^}]*\})?)$/.test(
    line,
  ),
);

const directive = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 1, arbitrary: fc.constantFrom(...DIRECTIVES) },
);

const block = fc
  .record({
    keys: fc.array(
      fc.oneof(
        // Many names, so that two blocks seldom have the same.
        {
          weight: 19,
          arbitrary: fc.nat(60).map((i) => (i === 0 ? '.:53' : `z${i}.test${i % 3 === 0 ? ':1053' : ''}`)),
        },
        { weight: 1, arbitrary: fc.constantFrom(...KEYS) },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    // Each directive once, mostly: many refuse a second use.
    lines: fc.uniqueArray(directive, { maxLength: 6, selector: (line) => line.split(/[ \n]/)[0] }),
    open: sometimes(fc.constantFrom('\n{\n', ' {', '{\n', '\n', ' {  # comment\n', '\n{\n', ' {\n\n'), 1, ' {\n'),
    close: sometimes(fc.constantFrom('', ' }', '}}\n', '} # end\n', '\n}\n', '}\r\n'), 1, '}\n'),
  })
  .map(
    ({ keys, lines, open, close }) =>
      `${keys.join(' ')}${open}${lines.map((line) => `    ${line}\n`).join('')}${close}`,
  );

const snippet = fc.constantFrom(
  '(snip) {\n errors\n}\n',
  '(snip) {\n cache 30\n loop\n}\n',
  '(other) {\n import snip\n}\n',
  '(other) {\n import other\n}\n',
  '(snip)\n{\n}\n',
  '(snip) {\n forward . 192.0.2.1 {\n max_fails 2\n }\n}\n',
  '(snip) errors\n',
  '(snip) {\n',
);

const whole = fc
  .tuple(sometimes(fc.array(snippet, { maxLength: 2 }), 3, []), fc.array(block, { minLength: 1, maxLength: 3 }))
  .map(([snippets, blocks]) => [...snippets, ...blocks].join(''));

type Mutation = (text: string, at: number) => string;

const MUTATIONS: readonly Mutation[] = [
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => `${text.slice(0, at)} ${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}\n${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}{${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)} } ${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}"${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}#${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}\\${text.slice(at)}`,
  (text, at) => text.slice(0, at),
  (text, at) => {
    const lines = text.split('\n');
    return lines.toSpliced(at % lines.length, 1).join('\n');
  },
  (text, at) => {
    const lines = text.split('\n');
    const i = at % lines.length;
    return lines.toSpliced(i, 0, lines[i] ?? '').join('\n');
  },
];

const mutations = fc.array(fc.record({ kind: fc.nat(MUTATIONS.length - 1), at: fc.nat(2000) }), { maxLength: 2 });

/** What CoreDNS is started beside. */
export const FILES: Readonly<Record<string, string>> = {
  'resolv.conf': 'nameserver 192.0.2.1\n',
  'custom.override': 'log\n',
  'db.example': 'example.org. 60 IN SOA ns.example.org. me.example.org. 1 60 60 60 60\n',
};

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ZONE: 'zone.test',
  UPSTREAM: '192.0.2.7',
  NUMBER: '3',
  DIRECTIVE: 'errors',
};

export const corefiles = fc
  .tuple(whole, sometimes(mutations, 3, []))
  .map(([text, list]) =>
    list.reduce((now, { kind, at }) => MUTATIONS[kind]?.(now, at % (now.length + 1)) ?? now, text),
  );
