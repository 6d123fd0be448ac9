// BIND as a company's recursive resolver with something wrong about it: a policy zone, a redirect zone, an anchor that does not fit.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORP, PUBLIC_DNS } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export interface RecursiveBind {
  readonly address: string;
  readonly port: number;
  /** Lines inside `options`. */
  readonly options?: readonly string[];
  /** Top-level clauses beside `options` and the root hints. `DIR` stands for the server's directory. */
  readonly clauses?: readonly string[];
  /** The clauses are views: the root hints belong into each of them. */
  readonly views?: true;
  /** Zone files by zone, or by zone and view (`example.com/near`, file `example.com-near`; `.`, file `redirect`). SOA and NS are added. */
  readonly zones?: Readonly<Record<string, readonly string[]>>;
}

export function recursiveBind(site: Site, name: string, bind: RecursiveBind): ServerPlan {
  const directory = join(site.directory, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'root.hints'),
    `. 3600 IN NS a.root-servers.net.\na.root-servers.net. 3600 IN A ${PUBLIC_DNS.authority}\n`,
  );
  for (const [zone, records] of Object.entries(bind.zones ?? {})) {
    const [origin = ''] = zone.split('/');
    const dot = origin === '.' ? '.' : `${origin}.`;
    const head = `$ORIGIN ${dot}\n$TTL 60\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\nns IN A ${bind.address}\n`;
    writeFileSync(
      join(directory, zone === '.' ? 'redirect' : zone.replace('/', '-')),
      `${head}${records.join('\n')}\n`,
    );
  }
  const own = (lines: readonly string[] | undefined): string => (lines ?? []).join('\n').replaceAll('DIR', directory);
  writeFileSync(
    join(directory, 'named.conf'),
    `options {
  directory "${directory}";
  pid-file "${directory}/named.pid";
  session-keyfile "${directory}/session.key";
  lock-file none;
  listen-on port ${bind.port} { ${bind.address}; };
  listen-on-v6 { none; };
  query-source address ${CORP.resolver};
  empty-zones-enable no;
  qname-minimization off;
  ${bind.options?.some((line) => line.startsWith('dnssec-validation')) ? '' : 'dnssec-validation no;'}
  ${bind.options?.some((line) => line.startsWith('allow-')) ? '' : 'allow-query { any; }; allow-recursion { any; };'}
  ${own(bind.options)}
};
controls { };
${bind.views ? '' : `zone "." { type hint; file "${directory}/root.hints"; };`}
${own(bind.clauses)}
`,
  );
  return {
    name,
    namespace: site.namespaces.corp,
    command: 'named',
    args: ['-g', '-n', '1', '-c', join(directory, 'named.conf')],
    logPath: join(directory, 'named.log'),
    listens: [
      { protocol: 'udp', address: bind.address, port: bind.port },
      { protocol: 'tcp', address: bind.address, port: bind.port },
    ],
  };
}
