// Hand-made, because it has to fail in chosen ways and to remember what it was asked: writes each name to standard output.
// Arguments: address, port, and as JSON what each name is answered with (an outcome of parse/libc-search.ts; else nxdomain).

import { createSocket } from 'node:dgram';

const RCODE: Readonly<Record<string, number>> = { address: 0, nodata: 0, servfail: 2, nxdomain: 3, refused: 5 };
const TYPE_A = 1;

const [address, port, table = '{}'] = process.argv.slice(2);
const outcomes = JSON.parse(table) as Readonly<Record<string, string>>;
const socket = createSocket('udp4');

socket.on('message', (query, client) => {
  const { name, end } = nameOf(query);
  const type = query.readUInt16BE(end);
  if (type === TYPE_A) process.stdout.write(`${name}\n`);
  const outcome = outcomes[name] ?? 'nxdomain';
  if (outcome === 'silent') return;
  const header = Buffer.from(query.subarray(0, 12));
  const found = outcome === 'address' && type === TYPE_A;
  // QR, RD and RA: without RA glibc takes an empty answer for a lame server.
  header.writeUInt16BE(0x8180 | (RCODE[outcome] ?? 0), 2);
  header.writeUInt16BE(found ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const record = Buffer.from('c00c00010001000000050004cb00710a', 'hex');
  const answer = Buffer.concat([header, query.subarray(12, end + 4), ...(found ? [record] : [])]);
  socket.send(answer, client.port, client.address);
});
socket.bind(Number(port), address);

function nameOf(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: `${labels.join('.')}.`, end: at + 1 };
}
