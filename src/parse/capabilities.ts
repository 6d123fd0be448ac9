// Linux capabilities of /proc/self/status, capabilities(7).

// Bit numbers of the capabilities that matter to a tunnel; others print as cap_N.
const NAMES: Readonly<Record<number, string>> = {
  0: 'CAP_CHOWN',
  1: 'CAP_DAC_OVERRIDE',
  5: 'CAP_KILL',
  6: 'CAP_SETGID',
  7: 'CAP_SETUID',
  10: 'CAP_NET_BIND_SERVICE',
  12: 'CAP_NET_ADMIN',
  13: 'CAP_NET_RAW',
  18: 'CAP_SYS_CHROOT',
  21: 'CAP_SYS_ADMIN',
};

/** The effective set; null when the text has no CapEff line. */
export function effectiveCapabilities(status: string): string[] | null {
  const hex = /^CapEff:\s*([0-9a-f]{1,16})$/im.exec(status)?.[1];
  if (!hex) return null;
  const mask = BigInt(`0x${hex}`);
  const found: string[] = [];
  for (let bit = 0; bit < 64; bit += 1) {
    if ((mask >> BigInt(bit)) & 1n) found.push(NAMES[bit] ?? `cap_${bit}`);
  }
  return found;
}
