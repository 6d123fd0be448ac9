// The directives of CoreDNS 1.14 in the order in which they act (plugin.cfg), and what each refuses to start on.

import * as answers from './corefile-plugins/answers.ts';
import { cache } from './corefile-plugins/cache.ts';
import { forward, grpc } from './corefile-plugins/forward.ts';
import { autopath, dns64, k8sExternal, kubernetes } from './corefile-plugins/kubernetes.ts';
import * as messages from './corefile-plugins/messages.ts';
import { rewrite } from './corefile-plugins/rewrite.ts';
import * as server from './corefile-plugins/server.ts';
import type { PluginCheck } from './corefile-plugins/words.ts';

/** null: known, but its arguments are not looked at. */
// biome-ignore format: a table is read by its columns
const TABLE: readonly (readonly [string, PluginCheck | null])[] = [
  ['root', server.root], ['metadata', server.metadata], ['geoip', null], ['cancel', server.cancel], ['proxyproto', null],
  ['quic', null], ['grpc_server', null], ['https', null], ['https3', null], ['timeouts', server.timeouts],
  ['multisocket', server.multisocket], ['reload', server.reload], ['nsid', server.nsid], ['bufsize', server.bufsize],
  ['bind', server.bind], ['debug', server.debug], ['trace', null], ['ready', server.ready], ['health', server.health],
  ['pprof', server.pprof], ['shed', server.shed], ['prometheus', server.prometheus], ['errors', messages.errors],
  ['log', messages.log], ['dnstap', null], ['local', server.local], ['dns64', dns64], ['any', server.any],
  ['chaos', server.chaos], ['loadbalance', messages.loadbalance], ['tsig', null], ['rewrite', rewrite],
  ['autopath', autopath], ['acl', answers.acl], ['cache', cache], ['header', messages.header], ['dnssec', null],
  ['tls', server.tls], ['minimal', server.loneWord], ['template', answers.template], ['transfer', messages.transfer],
  ['hosts', answers.hosts], ['route53', null], ['azure', null], ['clouddns', null], ['k8s_external', k8sExternal],
  ['kubernetes', kubernetes], ['file', answers.file], ['auto', null], ['secondary', messages.secondary], ['etcd', null],
  ['loop', server.loop], ['forward', forward], ['grpc', grpc], ['erratic', server.erratic], ['whoami', server.loneWord],
  ['on', null], ['sign', null], ['view', server.view], ['nomad', null],
];

export const DIRECTIVES: readonly string[] = TABLE.map(([name]) => name);

const CHECKS = new Map(TABLE);

export function isDirective(name: string): boolean {
  return CHECKS.has(name);
}

export function checkOf(name: string): PluginCheck | null {
  return CHECKS.get(name) ?? null;
}
