// Healthy oddities of the pod itself and of what it is told.

import { copyFileSync, existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { cliProgram } from '../cli.ts';
import type { World } from '../disturbances.ts';
import { showTenantFace } from '../faults/tls.ts';
import { CORP, TENANT } from '../layout.ts';
import { explicitProxy } from '../servers/squid.ts';
import type { Trap } from './trap.ts';

/** The lwip image's user. */
const USER_ID = '65532';

/** Runs as a plain user without any capability, and without /dev/net/tun. */
async function bare(world: World): Promise<void> {
  const [node = '', program = ''] = await cliProgram(world.site);
  // The source tree may be readable by its owner only, so the user gets a copy of the interpreter beside the copied bundle.
  const ownNode = join(world.site.directory, 'node');
  if (!existsSync(ownNode)) copyFileSync(realpathSync(node), ownNode);
  const noTun = 'if [ -d /dev/net ]; then mount -t tmpfs none /dev/net; fi; exec "$@"';
  const drop = [
    'setpriv',
    '--reuid',
    USER_ID,
    '--regid',
    USER_ID,
    '--clear-groups',
    '--bounding-set',
    '-all',
    '--inh-caps',
    '-all',
  ];
  world.runWith({
    wrapper: ['unshare', '-m', 'sh', '-c', noTun, 'sh', ...drop],
    program: [ownNode, program],
    env: { NPA_NETWORKING_MODE: 'lwip' },
  });
}

export const POD_TRAPS: readonly Trap[] = [
  {
    number: 10,
    what: 'nothing at 127.0.0.1:53, where no DNS sidecar is expected',
    variants: ['job', 'host', 'lwip'],
    apply: async (world, variant) => {
      if (variant !== 'job') world.runWith({ env: { NPA_NETWORKING_MODE: variant } });
    },
    proof: { host: 'pod', shell: 'nc -vz -w1 127.0.0.1 53 2>&1', prints: /refused/ },
  },
  {
    number: 11,
    what: 'no /dev/net/tun and no capability, in lwip mode',
    variants: ['lwip'],
    apply: bare,
    proof: {
      host: 'pod',
      shell: `setpriv --reuid ${USER_ID} --clear-groups --bounding-set -all --inh-caps -all grep CapEff /proc/self/status`,
      prints: /CapEff:\s+0+$/m,
    },
  },
  {
    number: 12,
    what: 'the tenant API answers without a token: 401, or 403, 404, 405',
    variants: ['401', '403', '404', '405'],
    apply: async (world, variant) => {
      if (variant === '401') return;
      await showTenantFace(world, `status${variant}` as 'status403' | 'status404' | 'status405');
    },
    proof: {
      host: 'pod',
      shell: `curl -sk -o /dev/null -w '%{http_code}' https://${TENANT.host}/api/v2/infrastructure/publishers`,
      prints: /^40[1345]$/m,
    },
  },
  {
    number: 25,
    what: 'a proxy that answers 403 to GET / and to CONNECT on other ports than 443',
    variants: ['explicit'],
    apply: async (world) => {
      await world.start(explicitProxy(world.site));
      const proxy = `http://${CORP.proxy}:3128`;
      world.runWith({ env: { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: '.cluster.local,10.96.0.1' } });
    },
    proof: {
      host: 'pod',
      shell: `curl -s -o /dev/null -w '%{http_code} ' http://${CORP.proxy}:3128/; curl -sk -x http://${CORP.proxy}:3128 -o /dev/null -w '%{http_connect} ' https://${TENANT.host}:8443/; curl -sk -x http://${CORP.proxy}:3128 -o /dev/null -w '%{http_connect}' https://${TENANT.host}/`,
      prints: /^40[03] 403 200$/m,
    },
  },
];
