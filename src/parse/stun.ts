// STUN binding request and response, RFC 8489: nothing more than "who am I from outside".

import type { Endpoint } from '../model/target.ts';

const MAGIC_COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const MAPPED_ADDRESS = 0x0001;
const XOR_MAPPED_ADDRESS = 0x0020;

/** A binding request of 20 bytes. `transaction`: 12 bytes. */
export function bindingRequest(transaction: Buffer): Buffer {
  const message = Buffer.alloc(20);
  message.writeUInt16BE(BINDING_REQUEST, 0);
  message.writeUInt32BE(MAGIC_COOKIE, 4);
  transaction.copy(message, 8, 0, 12);
  return message;
}

/** The mapped address of a success response to this very transaction, or null. Never throws. */
export function mappedAddress(message: Buffer, transaction: Buffer): Endpoint | null {
  if (message.length < 20 || message.readUInt16BE(0) !== BINDING_SUCCESS) return null;
  if (message.readUInt32BE(4) !== MAGIC_COOKIE || !message.subarray(8, 20).equals(transaction)) return null;
  const end = Math.min(message.length, 20 + message.readUInt16BE(2));
  let plain: Endpoint | null = null;
  for (let at = 20; at + 4 <= end; ) {
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    const value = message.subarray(at + 4, Math.min(end, at + 4 + length));
    if (type === XOR_MAPPED_ADDRESS) return readAddress(value, message.subarray(4, 20)) ?? plain;
    if (type === MAPPED_ADDRESS) plain = readAddress(value, null);
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return plain;
}

// RFC 8489 section 14.1 and 14.2: family, port, address; the XOR form is masked with cookie and transaction id.
function readAddress(value: Buffer, mask: Buffer | null): Endpoint | null {
  const size = value[1] === 1 ? 4 : value[1] === 2 ? 16 : 0;
  if (size === 0 || value.length < 4 + size) return null;
  const port = value.readUInt16BE(2) ^ (mask ? MAGIC_COOKIE >>> 16 : 0);
  const bytes = [...value.subarray(4, 4 + size)].map((byte, index) => byte ^ (mask?.[index] ?? 0));
  if (size === 4) return { address: bytes.join('.'), port };
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  return { address: groups.join(':'), port };
}
