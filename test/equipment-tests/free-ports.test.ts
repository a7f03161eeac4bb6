import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts } from '../equipment/free-ports';

test('two calls before either listens return different ports', async () => {
  const ports: number[] = [];
  for (let cluster = 0; cluster < 30; cluster++) {
    ports.push(...await freePorts(12));
  }

  expect(new Set(ports).size).toBe(360);
});

test('a port in use is skipped, however often the ports are cycled through', async () => {
  const [taken] = await freePorts(1);
  const server = createServer().listen(taken, '127.0.0.1');
  await once(server, 'listening');

  const ports = (await Promise.all(Array.from({ length: 40 }, () => freePorts(20)))).flat();

  expect(ports).toHaveLength(800);
  expect(ports).not.toContain(taken);
  server.close();
});
