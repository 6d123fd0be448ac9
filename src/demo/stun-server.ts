// A STUN server: binding requests only, RFC 8489.

import { bindUdp, type Running } from './loopback.ts';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;

/** Tells every client that it is seen as `mappedAddress` (IPv4): the imaginary NAT gateway's. The port is the real one. */
export async function startStunServer(mappedAddress: string): Promise<Running> {
  const running = await bindUdp((datagram, from) => {
    const reply = bindingSuccess(datagram, mappedAddress, from.port);
    if (reply !== null) running.socket.send(reply, from.port, from.address);
  });
  return running;
}

function bindingSuccess(request: Buffer, address: string, port: number): Buffer | null {
  if (request.length < HEADER_BYTES || request.length !== HEADER_BYTES + request.readUInt16BE(2)) return null;
  if (request.readUInt16BE(0) !== BINDING_REQUEST || request.readUInt32BE(4) !== MAGIC_COOKIE) return null;
  const reply = Buffer.alloc(HEADER_BYTES + 12);
  reply.writeUInt16BE(BINDING_SUCCESS, 0);
  reply.writeUInt16BE(12, 2);
  request.copy(reply, 4, 4, HEADER_BYTES);
  reply.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
  reply.writeUInt16BE(8, 22);
  reply.writeUInt8(1, 25); // family: IPv4
  reply.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 26);
  const plain = Buffer.from(address.split('.').map(Number)).readUInt32BE(0);
  reply.writeUInt32BE((plain ^ MAGIC_COOKIE) >>> 0, 28);
  return reply;
}
