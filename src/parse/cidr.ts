// A range of addresses as people write it: `10.96.0.0/12`, `fd00::/108`. One normal form, or why not.

import { parseAddress } from './host-port.ts';
import { bad, good, type Parsed } from './parsed.ts';

export function parseCidr(text: string): Parsed<string> {
  const [base = '', length, ...rest] = text.trim().split('/');
  if (length === undefined || rest.length > 0) return bad('is not a range: write ADDRESS/LENGTH, 10.96.0.0/12');
  const address = parseAddress(base);
  if (!address.ok) return address;
  const bits = address.value.includes(':') ? 128 : 32;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits)
    return bad(`has no usable length: write /0 to /${bits} behind the address`);
  return good(`${address.value}/${Number(length)}`);
}
