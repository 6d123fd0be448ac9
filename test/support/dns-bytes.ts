// DNS replies made by hand, good ones and such that no honest server sends.

import packet from 'dns-packet';

export interface ReplyParts {
  readonly id?: number;
  readonly rcode?: 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN' | 'REFUSED';
  readonly name?: string;
  readonly answers?: readonly packet.Answer[];
  readonly authorities?: readonly packet.Answer[];
  readonly additionals?: readonly packet.Answer[];
  readonly withoutQuestion?: true;
  readonly truncated?: true;
}

const RCODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** The answer to a query, changed as the parts say. */
export function replyTo(query: Buffer, parts: ReplyParts = {}): Buffer {
  const asked = packet.decode(query);
  const question = asked.questions?.[0];
  const name = parts.name ?? question?.name ?? '.';
  return packet.encode({
    type: 'response',
    id: parts.id ?? asked.id ?? 0,
    flags:
      packet.RECURSION_DESIRED |
      packet.RECURSION_AVAILABLE |
      RCODES[parts.rcode ?? 'NOERROR'] |
      (parts.truncated ? packet.TRUNCATED_RESPONSE : 0),
    questions: parts.withoutQuestion || !question ? [] : [{ type: question.type, name, class: 'IN' }],
    answers: [...(parts.answers ?? [])],
    authorities: [...(parts.authorities ?? [])],
    additionals: [...(parts.additionals ?? [])],
  });
}

export function addressRecord(name: string, data: string): packet.Answer {
  return { type: 'A', name, ttl: 30, class: 'IN', data };
}

/** As over TCP: two bytes of length before it. */
export function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}

/** A reply whose answer's owner name points at itself, for ever. */
export function compressionLoop(query: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(query.readUInt16BE(0), 0);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(0, 4);
  head.writeUInt16BE(1, 6);
  return Buffer.concat([head, Buffer.from('c00c00010001000000000004c6336401', 'hex')]);
}
