// Hand-made, in front of a real DNS server: passes every question on and every answer back, but holds back NXDOMAIN for a while,
// as an upstream does that has to ask far away for names it does not know. Arguments: address, port, server, its port, ms.

import { createSocket } from 'node:dgram';

const NXDOMAIN = 3;

const [address, port, server, serverPort, delayMs] = process.argv.slice(2);
const front = createSocket('udp4');
front.on('message', (query, client) => {
  const back = createSocket('udp4');
  back.once('message', (answer) => {
    back.close();
    const late = ((answer[3] ?? 0) & 0x0f) === NXDOMAIN ? Number(delayMs) : 0;
    setTimeout(() => front.send(answer, client.port, client.address), late);
  });
  back.send(query, Number(serverPort), server);
});
front.bind(Number(port), address);
