// A QUIC server that speaks to strangers only: it answers an unknown version with Version Negotiation (RFC 8999 section 6).

import { randomInt } from 'node:crypto';
import { bindUdp, type Running } from './loopback.ts';

// QUIC 1 (RFC 9000) and 2 (RFC 9369).
const VERSIONS = [0x00000001, 0x6b3343cf];
// RFC 9000 section 6.1: smaller datagrams could not begin a connection and are not answered.
const SMALLEST_BYTES = 1200;

export async function startQuicServer(): Promise<Running> {
  const running = await bindUdp((datagram, from) => {
    const reply = versionNegotiation(datagram);
    if (reply !== null) running.socket.send(reply, from.port, from.address);
  });
  return running;
}

function versionNegotiation(datagram: Buffer): Buffer | null {
  if (datagram.length < SMALLEST_BYTES || (datagram.readUInt8(0) & 0x80) === 0) return null;
  const version = datagram.readUInt32BE(1);
  if (version === 0 || VERSIONS.includes(version)) return null;
  const destinationEnd = 6 + datagram.readUInt8(5);
  const sourceEnd = destinationEnd + 1 + datagram.readUInt8(destinationEnd);
  const destination = datagram.subarray(5, destinationEnd);
  const source = datagram.subarray(destinationEnd, sourceEnd);
  const versions = Buffer.alloc(4 * VERSIONS.length);
  for (const [index, known] of VERSIONS.entries()) versions.writeUInt32BE(known, 4 * index);
  // The connection ids trade places, each with its length byte.
  return Buffer.concat([Buffer.from([0x80 | randomInt(0x80), 0, 0, 0, 0]), source, destination, versions]);
}
