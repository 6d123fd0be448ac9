// Is an address in one of these ranges?

import ipaddr from 'ipaddr.js';

/** False for what is no address, and for ranges of the other family. A zone (`%eth0`) is ignored. */
export function inRanges(text: string, ranges: readonly string[]): boolean {
  const bare = text.replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return false;
  const address = ipaddr.process(bare);
  return ranges.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false;
    const [base, length] = ipaddr.parseCIDR(range);
    return base.kind() === address.kind() && address.match([base, length]);
  });
}
