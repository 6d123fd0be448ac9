// Handshake messages put together from fragments that come twice, overlap, out of order or never (RFC 6347 section 4.2.3).
// Servers cut a retransmission at other places than the first time, so bytes are merged by range, not by fragment.

import type { HandshakeFragment } from './dtls-record.ts';

/** A flight has at most seven messages: hello, certificate, status, key exchange, certificate request, done. */
const MAX_MESSAGES = 8;
/** Fragments of one byte each would make the merging slow; a flight in 228-byte datagrams has about ten. */
const MAX_PIECES_PER_MESSAGE = 1024;

interface Piece {
  readonly start: number;
  readonly bytes: Buffer;
}

interface Partial {
  readonly type: number;
  readonly lengthBytes: number;
  /** Sorted, without overlap. Memory follows the bytes that came, never the length that was claimed. */
  pieces: Piece[];
}

/** The messages of one flight by message_seq. */
export interface Reassembly {
  readonly messages: Map<number, Partial>;
}

export function newReassembly(): Reassembly {
  return { messages: new Map() };
}

/** Merges a fragment. False when it contradicts what came before or is beyond the bounds; it is ignored then. */
export function addFragment(reassembly: Reassembly, fragment: HandshakeFragment): boolean {
  let message = reassembly.messages.get(fragment.messageSeq);
  if (!message) {
    if (reassembly.messages.size >= MAX_MESSAGES) return false;
    message = { type: fragment.type, lengthBytes: fragment.lengthBytes, pieces: [] };
    reassembly.messages.set(fragment.messageSeq, message);
    if (fragment.lengthBytes === 0) return true;
  }
  if (message.type !== fragment.type || message.lengthBytes !== fragment.lengthBytes) return false;
  const fresh = unseen(message.pieces, fragment.offset, fragment.body);
  if (fresh.length === 0) return true;
  if (message.pieces.length + fresh.length > MAX_PIECES_PER_MESSAGE) return false;
  message.pieces = [...message.pieces, ...fresh].sort((a, b) => a.start - b.start);
  return true;
}

/** The whole body of the first message of this type, or null while bytes are missing. */
export function wholeMessage(reassembly: Reassembly, type: number): Buffer | null {
  for (const message of reassembly.messages.values()) {
    if (message.type === type && missingRanges(message).length === 0)
      return Buffer.concat(message.pieces.map((piece) => piece.bytes));
  }
  return null;
}

/** Has at least a part of it come? */
export function hasBegun(reassembly: Reassembly, type: number): boolean {
  for (const message of reassembly.messages.values()) if (message.type === type) return true;
  return false;
}

/** What is missing of the messages that have begun, in the order of the flight. Ranges are half open. */
export function missingOf(
  reassembly: Reassembly,
): readonly { readonly type: number; readonly lengthBytes: number; readonly start: number; readonly end: number }[] {
  return [...reassembly.messages.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([, message]) =>
      missingRanges(message).map(([start, end]) => ({
        type: message.type,
        lengthBytes: message.lengthBytes,
        start,
        end,
      })),
    );
}

function missingRanges({ pieces, lengthBytes }: Partial): [number, number][] {
  const missing: [number, number][] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.start > at) missing.push([at, piece.start]);
    at = piece.start + piece.bytes.length;
  }
  if (at < lengthBytes) missing.push([at, lengthBytes]);
  return missing;
}

// The parts of `body` that no piece covers. What came first stays: a later fragment cannot change it.
function unseen(pieces: readonly Piece[], offset: number, body: Buffer): Piece[] {
  const fresh: Piece[] = [];
  const end = offset + body.length;
  let at = offset;
  for (const piece of pieces) {
    const pieceEnd = piece.start + piece.bytes.length;
    if (pieceEnd <= at) continue;
    if (piece.start >= end) break;
    if (piece.start > at) fresh.push(copy(at, body.subarray(at - offset, piece.start - offset)));
    at = Math.max(at, pieceEnd);
  }
  if (at < end) fresh.push(copy(at, body.subarray(at - offset)));
  return fresh;
}

// A copy, so that one kept byte does not keep a whole receive buffer alive.
function copy(start: number, bytes: Buffer): Piece {
  return { start, bytes: Buffer.from(bytes) };
}
