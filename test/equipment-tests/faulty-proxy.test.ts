import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { FaultyProxy } from '../equipment/faulty-proxy';

/** Echoes, and ends when its client does. */
let server: Server;
let atServer: Socket[];
let proxy: FaultyProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  atServer = [];
  server = createServer((socket) => {
    atServer.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await FaultyProxy.start({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  clients.splice(0).forEach((socket) => socket.destroy());
  await proxy.stop();
  server.close();
});

async function client(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function reply(socket: Socket): Promise<string> {
  const [bytes] = await once(socket, 'data') as [Buffer];
  return bytes.toString();
}

/** So many bytes, in however many pieces they come. */
async function bytesOf(socket: Socket, length: number): Promise<string> {
  let text = '';
  while (text.length < length) {
    text += await reply(socket);
  }
  return text;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  return reply(socket);
}

/** The code of the error that ends a socket; undefined for an end in good order. */
async function ending(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.resume();
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    socket.on('end', () => resolve(undefined));
  });
}

test('passes everything on, and counts it', async () => {
  const one = await client();
  expect(await echo(one, 'hello')).toBe('hello');
  expect(await echo(await client(), 'you')).toBe('you');
  expect(proxy).toMatchObject({ connections: 2, openConnections: 2, traffic: { bytesSent: 8, bytesReceived: 8 } });
  one.end();
  await proxy.until(({ openConnections }) => openConnections === 1);
});

test.each([['closed', undefined], ['reset', 'ECONNRESET']] as const)('%s: ends connections that are open, and new ones', async (mode, code) => {
  const existing = await client();
  await echo(existing, 'hello');
  const ended = ending(existing);
  await proxy.set(mode);
  expect(await ended).toBe(code);

  const late = connect(proxy.port, '127.0.0.1');
  clients.push(late);
  expect(await ending(late)).toBe(code);

  await proxy.set('pass');
  expect(await echo(await client(), 'again')).toBe('again');
});

test('a mode does not affect other connections', async () => {
  const existing = await client();
  await echo(existing, 'hello');
  await proxy.set('reset', { only: 'new' });
  expect(await echo(existing, 'still here')).toBe('still here');

  const late = connect(proxy.port, '127.0.0.1');
  clients.push(late);
  expect(await ending(late)).toBe('ECONNRESET');

  await proxy.set('pass', { only: 'new' });
  const other = await client();
  await echo(other, 'hello');
  await proxy.set('closed', { only: 'existing' });
  expect(await echo(await client(), 'new')).toBe('new');
});

test('blackHole: nothing arrives until it is over; then everything does, in order', async () => {
  const existing = await client();
  await echo(existing, 'hello');
  await proxy.set('blackHole');
  const late = await client();
  existing.write('1');
  late.write('2');
  // By then the proxy has had the bytes.
  await client();
  expect(proxy.traffic).toEqual({ bytesSent: 5, bytesReceived: 5 });
  existing.write('3');

  const [first, second] = [bytesOf(existing, 2), bytesOf(late, 1)];
  await proxy.set('pass');
  expect([await first, await second]).toEqual(['13', '2']);
});

test('blackHole: the client does not notice that the server has closed', async () => {
  const existing = await client();
  await echo(existing, 'hello');
  const seen: string[] = [];
  existing.on('end', () => seen.push('end'));
  existing.on('close', () => seen.push('close'));
  await proxy.set('blackHole');
  const gone = once(atServer[0], 'close');
  atServer[0].destroy();
  await gone;
  await client();
  expect(seen).toEqual([]);
  const ended = ending(existing);
  await proxy.set('pass');
  expect(await ended).toBeUndefined();
});

test('slow: replies arrive late and in order, including those already under way', async () => {
  const existing = await client();
  await echo(existing, 'hello');
  await proxy.set('slow', { delayMs: 60 });
  const before = performance.now();
  existing.write('slow');
  expect(await reply(existing)).toBe('slow');
  expect(performance.now() - before).toBeGreaterThan(55);

  await proxy.set('slow', { delayMs: 3_600_000 });
  existing.write('one');
  await once(atServer[0], 'data');
  const both = reply(existing);
  await proxy.set('pass');
  expect(await both).toBe('one');
});

test('halfOpen: the server drops the connection, and the client notices when the mode is over', async () => {
  const existing = await client();
  await echo(existing, 'hello');
  const seen: string[] = [];
  existing.on('close', () => seen.push('close'));
  const dropped = once(atServer[0], 'close');
  await proxy.set('halfOpen', { only: 'existing' });
  await dropped;
  existing.write('into the void');
  expect(await echo(await client(), 'new')).toBe('new');
  expect(seen).toEqual([]);
  const ended = ending(existing);
  await proxy.set('pass');
  expect(await ended).toBe('ECONNRESET');
});

test('truncated: half a reply, then the end', async () => {
  const existing = await client();
  await echo(existing, 'hello');
  await proxy.set('truncated', { only: 'existing' });
  let received = '';
  existing.on('data', (bytes) => received += bytes);
  existing.write('12345678');
  await once(existing, 'end');
  expect(received).toBe('1234');
  expect(await echo(await client(), 'new')).toBe('new');
});

test('garbage: other bytes than the server sent, or what the test replaces them with', async () => {
  const existing = await client();
  await proxy.set('garbage');
  expect(await echo(existing, 'hello')).not.toContain('h');
  await proxy.set('garbage', { corrupt: () => Buffer.from('!') });
  expect(await echo(existing, 'hello')).toBe('!');
  await proxy.set('pass');
  expect(await echo(existing, 'hello')).toBe('hello');
});

test('refuse: nothing listens, until it is over, on the same port', async () => {
  const { port } = proxy;
  const existing = await client();
  await echo(existing, 'hello');
  const ended = ending(existing);
  await proxy.set('refuse');
  expect(await ended).toBe('ECONNRESET');
  expect(await ending(connect(port, '127.0.0.1'))).toBe('ECONNREFUSED');
  await proxy.set('pass');
  expect(proxy.port).toBe(port);
  expect(await echo(await client(), 'again')).toBe('again');
});

test('a server that is not there resets its clients', async () => {
  server.close();
  const late = connect(proxy.port, '127.0.0.1');
  clients.push(late);
  expect(await ending(late)).toBe('ECONNRESET');
});
