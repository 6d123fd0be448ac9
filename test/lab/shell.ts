// A world to look around in by hand:
// `node test/lab/shell.ts [--fault ID] [--trap NUMBER[:variant]] [--delay MS]` (added each way). Ends with Ctrl-C or the end of stdin.

import { parseArgs } from 'node:util';
import { cliProgram } from './cli.ts';
import { CLUSTER, HOSTS, STITCHER_ADDRESSES, TENANT } from './layout.ts';
import { missingForLab } from './requirements.ts';
import { up } from './world.ts';

const { values } = parseArgs({
  options: { fault: { type: 'string' }, trap: { type: 'string' }, delay: { type: 'string' } },
});
const missing = missingForLab();
for (const one of missing) process.stderr.write(`lab: missing ${one.what}: ${one.why}\n`);
if (missing.some((one) => one.unobtainable)) process.exit(1);

const started = Date.now();
const lab = await up();
try {
  if (values.fault !== undefined) await lab.inject(values.fault);
  if (values.trap !== undefined) {
    const [number, variant] = values.trap.split(':');
    await lab.trap(Number(number), variant);
  }
  if (values.delay !== undefined) await lab.wire({ oneWayMs: Number(values.delay) });
  const enter = (host: (typeof HOSTS)[number]): string => `ip netns exec ${lab.site.namespaces[host]}`;
  // The servers are worth a look even while the sources do not build.
  const program = (await cliProgram(lab.site).catch(() => ['(does not build:)', 'net-preflight'])).join(' ');
  const lines = [
    `lab ${lab.suffix} is up after ${Date.now() - started} ms${values.fault === undefined ? '' : `, with ${values.fault}`}`,
    '',
    ...HOSTS.map((host) => `  ${host.padEnd(5)} ${enter(host)} bash`),
    '',
    `  files    ${lab.directory}   (configurations, logs, certificates)`,
    `  config   ${lab.configPath}`,
    `  try      ${enter('pod')} ${program} check --config ${lab.configPath}`,
    `           ${enter('pod')} dig @${CLUSTER.dnsService} ${TENANT.host}`,
    `           ${enter('pod')} curl --cacert ${lab.site.certificates.root} https://${TENANT.host}/api/v2/infrastructure/publishers`,
    `           ${enter('pod')} openssl s_client -dtls1_2 -connect ${STITCHER_ADDRESSES[0]}:443 -CAfile ${lab.site.certificates.root}`,
    '',
    'Ctrl-C takes it down.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.stdin.on('end', resolve).on('error', resolve).resume();
  });
} finally {
  await lab.down();
}
