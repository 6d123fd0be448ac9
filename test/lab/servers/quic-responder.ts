// Hand-made, not a QUIC server: answers any long header whose version it does not know with Version Negotiation
// (RFC 8999 section 6), which every real QUIC server does. Arguments: address, port.

import { createSocket } from 'node:dgram';

/** RFC 9000 section 14.1: a server ignores a first datagram below 1200 bytes. */
const SMALLEST_INITIAL_BYTES = 1200;
const OFFERED_VERSION = Buffer.from([0, 0, 0, 1]);

const [address, port] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.on('message', (datagram, peer) => {
  const answer = versionNegotiation(datagram);
  if (answer !== null) socket.send(answer, peer.port, peer.address);
});
socket.bind(Number(port), address);

function versionNegotiation(datagram: Buffer): Buffer | null {
  if (datagram.length < SMALLEST_INITIAL_BYTES || ((datagram[0] ?? 0) & 0x80) === 0) return null;
  const version = datagram.subarray(1, 5);
  if (version.equals(OFFERED_VERSION) || version.readUInt32BE() === 0) return null;
  const destinationLength = datagram[5] ?? 0;
  const destination = datagram.subarray(6, 6 + destinationLength);
  const sourceLength = datagram[6 + destinationLength] ?? 0;
  const source = datagram.subarray(7 + destinationLength, 7 + destinationLength + sourceLength);
  // Connection ids change places: what the client called its own is where the answer goes.
  return Buffer.concat([
    Buffer.from([0x80, 0, 0, 0, 0, source.length]),
    source,
    Buffer.from([destination.length]),
    destination,
    OFFERED_VERSION,
  ]);
}
