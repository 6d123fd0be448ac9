// NO_PROXY as curl reads it, because the Publisher's scripts are curl: exact or suffix match by label, `*` for everything.
// CIDR entries count for addresses from curl 7.86 on; Ubuntu 22.04's 7.81 ignores them, and so do we.

/** True when the proxy is to be left out for this host. */
export function bypassesProxy(host: string, noProxy: string | null): boolean {
  if (!noProxy) return false;
  const name = host.toLowerCase().replace(/\.$/, '');
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const bare = entry
        .toLowerCase()
        .replace(/^\*?\./, '')
        .replace(/\.$/, '')
        // A port, but not the last group of an IPv6 address.
        .replace(/^([^:]*):\d+$/, '$1');
      return name === bare || name.endsWith(`.${bare}`);
    });
}
