/**
 * A network between a client and a server: passes bytes on with a delay. Arguments: host, port, milliseconds one way. Sends its port.
 *
 * It keeps the processor busy meanwhile: timers know whole milliseconds only, and a process that sleeps wakes late. Contenders take turns, and
 * the one whose turn it is waits, so that nobody lacks the processor.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [, , host, port, milliseconds] = process.argv;

const network = createServer({ noDelay: true }, (client) => {
  const server = connect({ host, port: Number(port), noDelay: true });
  forward(client, server);
  forward(server, client);
});

network.listen(0, '127.0.0.1', () => process.send!((network.address() as AddressInfo).port));

function forward(from: Socket, to: Socket): void {
  from.on('data', (bytes) => {
    const until = performance.now() + Number(milliseconds);
    while (performance.now() < until) {
      // On its way.
    }
    to.write(bytes);
  });
  from.on('close', () => to.destroy());
  from.on('error', () => to.destroy());
}

process.on('message', () => process.exit());
