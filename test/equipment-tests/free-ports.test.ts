import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts } from '../equipment/free-ports';

test('who asks while the others have not begun to listen gets other ports', async () => {
  const ports: number[] = [];
  for (let cluster = 0; cluster < 30; cluster++) {
    ports.push(...await freePorts(12));
  }

  expect(new Set(ports).size).toBe(360);
});

test('one that somebody listens on is passed over, however often they are gone through', async () => {
  const [taken] = await freePorts(1);
  const server = createServer().listen(taken, '127.0.0.1');
  await once(server, 'listening');

  const ports = (await Promise.all(Array.from({ length: 40 }, () => freePorts(20)))).flat();

  expect(ports).toHaveLength(800);
  expect(ports).not.toContain(taken);
  server.close();
});
