import { once } from 'node:events';
import { connect } from 'node:net';
import { missingMemcached, startMemcached, startMemcachedCluster } from '../equipment/memcached-servers';

const describeWithMemcached = missingMemcached() === undefined ? describe : describe.skip;

describeWithMemcached('Memcached servers', () => {
  test.each([false, true])('answer when they are started (TLS: %s), and start again on their port, empty', async (tls) => {
    const server = await startMemcached({ tls });
    try {
      expect(await server.call('set a 0 0 1', '1')).toBe('STORED');
      expect(await server.call('get a')).toBe('VALUE a 0 1\r\n1\r\nEND');
      const { port } = server;
      await server.restart();
      expect(server.port).toBe(port);
      expect(await server.call('get a')).toBe('END');
    } finally {
      await server.stop();
    }
  });

  test('report how many clients they have', async () => {
    const server = await startMemcached();
    try {
      expect(await server.clients()).toBe(0);
      const client = connect(server.port, '127.0.0.1');
      client.write('get a\r\n');
      await once(client, 'data');
      expect(await server.clients()).toBe(1);
      client.destroy();
    } finally {
      await server.stop();
    }
  });

  test('in a cluster describe their nodes, in the order of the commands, however the bytes are split', async () => {
    const cluster = await startMemcachedCluster({ nodes: 2, tls: false });
    try {
      const client = connect(cluster.port, '127.0.0.1');
      client.setNoDelay(true);
      for (const byte of 'get a\r\nconfig get cluster\r\nget b\r\nquit\r\n') {
        client.write(byte);
      }
      let said = '';
      client.on('data', (chunk) => said += chunk.toString());
      await once(client, 'close');
      const nodes = cluster.nodes.map(({ port }) => `localhost|127.0.0.1|${port}`).join(' ');
      expect(said).toBe(`END\r\nCONFIG cluster 0 ${nodes.length + 3}\r\n1\n${nodes}\n\r\nEND\r\nEND\r\n`);
    } finally {
      await cluster.stop();
    }
  });
});
