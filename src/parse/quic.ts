// QUIC Version Negotiation, RFC 8999 section 6 and RFC 9000 section 17.2.1: the cheapest question that any QUIC server answers.

/** A version of the form 0x?a?a?a?a that is reserved to force version negotiation (RFC 9000 section 15). */
const NOBODYS_VERSION = 0x1a2a3a4a;

/** Servers ignore an unknown version in a datagram smaller than 1200 bytes (RFC 9000 section 14.1). */
const DATAGRAM_BYTES = 1200;

/** A long-header packet. `destinationId`, `sourceId`: 8 bytes each. */
export function versionProbe(destinationId: Buffer, sourceId: Buffer): Buffer {
  const packet = Buffer.alloc(DATAGRAM_BYTES);
  packet[0] = 0xc0;
  packet.writeUInt32BE(NOBODYS_VERSION, 1);
  packet[5] = 8;
  destinationId.copy(packet, 6, 0, 8);
  packet[14] = 8;
  sourceId.copy(packet, 15, 0, 8);
  return packet;
}

/** The versions offered in answer to our ids, as hex, at most 16; null when it is no answer to us. Never throws. */
export function offeredVersions(packet: Buffer, destinationId: Buffer, sourceId: Buffer): string[] | null {
  if (packet.length < 23 || ((packet[0] ?? 0) & 0x80) === 0 || packet.readUInt32BE(1) !== 0) return null;
  if (packet[5] !== 8 || !packet.subarray(6, 14).equals(sourceId)) return null;
  if (packet[14] !== 8 || !packet.subarray(15, 23).equals(destinationId)) return null;
  const versions: string[] = [];
  for (let at = 23; at + 4 <= packet.length && versions.length < 16; at += 4) {
    versions.push(`0x${packet.readUInt32BE(at).toString(16).padStart(8, '0')}`);
  }
  return versions;
}
