import { describe, expect, it } from 'vitest';
import { parseCorefile } from '../../src/parse/corefile.ts';
import { DIRECTIVES } from '../../src/parse/corefile-plugins.ts';

const problem = (lines: string) => {
  const [first] = parseCorefile(`. {\n${lines}\n}\n`).errors;
  return first ? `${first.line}:${first.column} ${first.message}` : null;
};

describe('plugins', () => {
  it('are those of CoreDNS 1.14, in its order', () => {
    expect(DIRECTIVES).toHaveLength(60);
    expect(DIRECTIVES.indexOf('cache')).toBeLessThan(DIRECTIVES.indexOf('forward'));
    expect(new Set(DIRECTIVES).size).toBe(DIRECTIVES.length);
  });

  it.each([
    'forward . 10.0.0.10 10.0.0.11:5353 [2001:db8::1]:53 tls://9.9.9.9 /etc/resolv.conf {\n tls_servername dns.quad9.net\n max_fails 0\n health_check 5s no_rec domain a.test\n except a.test\n}',
    'cache 30 {\n success 9984 30\n denial 9984 5\n prefetch 10 1m 10%\n serve_stale 1h verify\n}',
    'kubernetes cluster.local in-addr.arpa {\n pods insecure\n fallthrough in-addr.arpa\n ttl 30\n}',
    'hosts /etc/coredns/NodeHosts {\n 10.0.0.1 a.test\n ttl 60\n reload 15s\n fallthrough\n}',
    'template ANY ANY a.test {\n match "^(?:[^.]+\\.){4,}a\\.test\\.$"\n rcode NXDOMAIN\n fallthrough\n}',
    'errors {\n consolidate 5m ".* timeout$" warning\n}',
    'acl {\n allow net 10.0.0.0/8\n block type ANY\n}',
    'rewrite stop {\n name regex (.*)\\.a\\.test {1}.b.test\n answer name (.*)\\.b\\.test {1}.a.test\n}',
    'reload 30s 15s',
    'prometheus 127.0.0.1:9153',
    'bind 169.254.20.10 eth0',
  ])('take %j', (lines) => expect(problem(lines)).toBeNull());

  it.each([
    ['forward', '2:1 forward: needs the zone'],
    ['forward .', '2:9 forward: says nowhere to forward "." to'],
    ['forward . dns1.corp', '2:11 forward: "dns1.corp" is a name'],
    ['forward . 10.0.0.10 {\n max_fails many\n}', '3:12 forward: max_fails "many" is no whole number'],
    ['forward . 10.0.0.10 {\n policy fastest\n}', '3:9 forward: policy "fastest" is none of'],
    ['forward . 10.0.0.10 {\n polcy random\n}', '3:2 forward: "polcy" is no property of it'],
    ['forward . grpc://10.0.0.10', '2:11 forward: "grpc://10.0.0.10" cannot be forwarded to by grpc'],
    ['cache 0', '2:7 cache: "0" is no time'],
    ['cache {\n denial x\n}', '3:9 cache: "x" is no whole number'],
    ['kubernetes 10.in-addr.arpa', '2:12 kubernetes: needs a zone'],
    ['kubernetes cluster.local {\n pods all\n}', '3:7 kubernetes: "all" is none of'],
    ['health 8080', '2:8 health: "8080" is no address'],
    ['health {\n lameduck 5\n}', '3:11 health: "5" is no duration'],
    ['ready :8181 x', '2:13 ready: takes between 0 and 1 arguments'],
    ['reload 1s', '2:8 reload: "1s" is no interval'],
    ['loop now', '2:6 loop: takes no argument'],
    ['bind 10.0.0.256', '2:6 bind: "10.0.0.256" is neither'],
    ['template IN a', '2:13 template: "a" is no type'],
    ['rewrite name regex (a {1}', '2:9 rewrite: the pattern "(a" lacks a'],
    ['acl {\n deny net *\n}', '3:2 acl: "deny" is none of'],
    ['log {\n class bad\n}', '3:8 log: "bad" is none of'],
    ['file', '2:1 file: names no zone file'],
    ['k8s_external a.test', '2:14 k8s_external: needs the plugin kubernetes'],
  ])('refuse %j', (lines, expected) => expect(problem(lines)).toContain(expected));
});
