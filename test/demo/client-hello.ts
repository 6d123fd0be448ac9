// A DTLS 1.2 ClientHello for the tests of the demo's gateway, assembled byte by byte.

const u16 = (value: number): number[] => [value >> 8, value & 255];
const u24 = (value: number): number[] => [value >> 16, (value >> 8) & 255, value & 255];
const extension = (type: number, content: number[]): number[] => [...u16(type), ...u16(content.length), ...content];

export interface HelloWish {
  readonly cookie?: Buffer;
  readonly suites?: readonly number[];
  readonly version?: number;
  readonly groups?: boolean;
  readonly messageSequence?: number;
  readonly recordSequence?: number;
  readonly nullCompression?: boolean;
}

const RANDOM = Array.from({ length: 32 }, (_, index) => index);

export function clientHello(wish: HelloWish = {}): Buffer {
  const cookie = wish.cookie ?? Buffer.alloc(0);
  const suites = wish.suites ?? [0xc02b, 0xc02f];
  const extensions = [
    ...(wish.groups === false ? [] : extension(10, [...u16(4), ...u16(29), ...u16(23)])),
    ...extension(11, [1, 0]),
    ...extension(13, [...u16(4), ...u16(0x0804), ...u16(0x0403)]),
    ...extension(23, []),
    ...extension(0xff01, [0]),
  ];
  const body = [
    ...u16(wish.version ?? 0xfefd),
    ...RANDOM,
    0,
    cookie.length,
    ...cookie,
    ...u16(2 * suites.length),
    ...suites.flatMap(u16),
    ...[1, wish.nullCompression === false ? 1 : 0],
    ...u16(extensions.length),
    ...extensions,
  ];
  const message = [1, ...u24(body.length), ...u16(wish.messageSequence ?? 0), ...u24(0), ...u24(body.length), ...body];
  return record(22, wish.recordSequence ?? 0, message);
}

export function record(type: number, sequence: number, payload: readonly number[]): Buffer {
  return Buffer.from([type, 0xfe, 0xff, 0, 0, 0, 0, 0, ...u24(sequence), ...u16(payload.length), ...payload]);
}

/** The answer to a HelloVerifyRequest: the same hello with its cookie, message 1, record 1. */
export function cookieHello(verify: Buffer | undefined, wish: HelloWish = {}): Buffer {
  return clientHello({ messageSequence: 1, recordSequence: 1, ...wish, cookie: cookieOf(verify) });
}

export function cookieOf(verify: Buffer | undefined): Buffer {
  return verify === undefined ? Buffer.alloc(0) : verify.subarray(28, 28 + verify.readUInt8(27));
}

/** The types of the handshake messages in a datagram; alerts as `alert N`. */
export function contents(datagram: Buffer | undefined): (number | string)[] {
  const seen: (number | string)[] = [];
  for (let at = 0; datagram !== undefined && at < datagram.length; at += 13 + datagram.readUInt16BE(at + 11)) {
    seen.push(datagram[at] === 21 ? `alert ${datagram[at + 14]}` : (datagram[at + 13] ?? 'nothing'));
  }
  return seen;
}
