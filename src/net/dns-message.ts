// DNS messages by dns-packet, bounded and made printable. The only importer of dns-packet.

import packet from 'dns-packet';
import type { DnsRecord } from '../model/observation.ts';
import type { DnsType } from '../model/probe.ts';

/** What an answer says, whatever it claims. */
export interface DnsAnswer {
  readonly id: number;
  readonly rcode: string;
  readonly flags: readonly ('aa' | 'tc' | 'rd' | 'ra' | 'ad' | 'cd')[];
  readonly question: { readonly name: string; readonly type: string } | null;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  /** Without the OPT pseudo-record. */
  readonly additional: readonly DnsRecord[];
  readonly extendedErrors: readonly { readonly code: number; readonly text: string }[];
}

/** Records kept of one section: a GSLB answer has a dozen; the rest would only fill memory. */
const MAX_RECORDS = 64;
const MAX_DATA = 255;

/** EDNS buffer of 1232 bytes: fits every path without fragments (dnsflagday.net/2020). */
const EDNS_SIZE = 1232;

export interface QueryOptions {
  readonly checkingDisabled?: boolean;
  /** Absent: 1232. 0: no EDNS. */
  readonly ednsBytes?: number;
  readonly dnssecOk?: boolean;
}

/** A recursive question. `name` may carry its trailing dot. */
export function encodeQuery(id: number, name: string, type: DnsType, options: QueryOptions = {}): Buffer {
  const { checkingDisabled = false, ednsBytes = EDNS_SIZE, dnssecOk = false } = options;
  const edns = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: ednsBytes,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: dnssecOk ? packet.DNSSEC_OK : 0,
    flag_do: dnssecOk,
    options: [],
  };
  return packet.encode({
    type: 'query',
    id,
    flags: packet.RECURSION_DESIRED | (checkingDisabled ? packet.CHECKING_DISABLED : 0),
    questions: [{ type, name: withoutDot(name) }],
    additionals: ednsBytes > 0 ? [edns] : [],
  } as packet.Packet);
}

/** Parses a reply. null when it is not a DNS reply at all; never throws. */
export function decodeReply(bytes: Buffer): DnsAnswer | null {
  try {
    const message = packet.decode(bytes);
    if (message.type !== 'response') return null;
    const question = message.questions?.[0];
    const raw = message as unknown as Record<string, unknown>;
    const flags = (['aa', 'tc', 'rd', 'ra', 'ad', 'cd'] as const).filter((flag) => raw[`flag_${flag}`] === true);
    return {
      id: message.id ?? -1,
      rcode: typeof raw.rcode === 'string' ? raw.rcode : 'UNKNOWN',
      flags,
      question: question ? { name: absolute(question.name), type: String(question.type) } : null,
      answers: (message.answers ?? []).slice(0, MAX_RECORDS).map(record),
      authority: (message.authorities ?? []).slice(0, MAX_RECORDS).map(record),
      additional: (message.additionals ?? [])
        .filter((one) => one.type !== 'OPT')
        .slice(0, MAX_RECORDS)
        .map(record),
      extendedErrors: extendedErrors(message.additionals ?? []),
    };
  } catch {
    return null;
  }
}

/** The id alone, to pair a reply that cannot be parsed further. */
export function replyId(bytes: Buffer): number | null {
  return bytes.length >= 12 ? bytes.readUInt16BE(0) : null;
}

// dns-packet reads past the end of a record that is too short, and calls what it finds there an address.
const ADDRESS: Readonly<Record<string, RegExp>> = { A: /^\d{1,3}(\.\d{1,3}){3}$/, AAAA: /^(?=.*:)[0-9a-f:.]{2,45}$/i };

/** Throws when an address record holds no address: the whole message cannot be trusted then. */
function record(answer: packet.Answer): DnsRecord {
  const shape = ADDRESS[answer.type];
  if (shape && !('data' in answer && shape.test(String(answer.data))))
    throw new RangeError(`no address in ${answer.type}`);
  return {
    name: absolute(answer.name),
    type: String(answer.type),
    ttl: 'ttl' in answer && typeof answer.ttl === 'number' ? answer.ttl : 0,
    data: presentation(answer),
  };
}

function presentation(answer: packet.Answer): string {
  const data: unknown = 'data' in answer ? answer.data : '';
  if (answer.type === 'SOA' && typeof data === 'object' && data !== null && 'mname' in data) {
    return clean(`${String(data.mname)} ${'serial' in data ? String(data.serial) : ''}`);
  }
  if (answer.type === 'CNAME' || answer.type === 'NS' || answer.type === 'PTR') return absolute(String(data));
  if (typeof data === 'string') return clean(data);
  if (Array.isArray(data))
    return clean(data.map((part) => (Buffer.isBuffer(part) ? part.toString('latin1') : String(part))).join(' '));
  if (Buffer.isBuffer(data)) return clean(data.toString('latin1'));
  return clean(JSON.stringify(data) ?? '');
}

// RFC 8914: option 15, a 16-bit code and UTF-8 text.
function extendedErrors(additionals: readonly packet.Answer[]): { code: number; text: string }[] {
  const found: { code: number; text: string }[] = [];
  for (const extra of additionals) {
    if (extra.type !== 'OPT' || !('options' in extra) || !Array.isArray(extra.options)) continue;
    for (const option of extra.options as { code?: unknown; data?: unknown }[]) {
      if (option.code !== 15 || !Buffer.isBuffer(option.data) || option.data.length < 2) continue;
      found.push({ code: option.data.readUInt16BE(0), text: clean(option.data.subarray(2).toString('utf8')) });
    }
  }
  return found.slice(0, 8);
}

function absolute(name: string): string {
  const lower = clean(name).toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}

function withoutDot(name: string): string {
  return name === '.' ? '.' : name.replace(/\.$/, '');
}

function clean(text: string): string {
  return text
    .slice(0, MAX_DATA)
    .replace(/[\u0000-\u001f\u007f-\u009f]/gu, (c) => `\\${c.charCodeAt(0).toString().padStart(3, '0')}`);
}
