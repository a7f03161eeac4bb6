import fc from 'fast-check';
import { Replies } from '../../../../lambda-runtime/stores/memcached/replies.js';

/** Bytes that could be taken for the protocol's own are in values as well. */
const value = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', '\r\n', 'END\r\n', 'VALUE a 0 1 1\r\nx\r\nEND\r\n').map((text) => Buffer.from(text)),
);
const key = fc.stringMatching(/^[!-~]{1,20}$/);
const reply = fc.oneof(
  fc.record({ items: fc.uniqueArray(fc.tuple(key, value, fc.nat()), { selector: ([name]) => name, maxLength: 4 }), end: fc.constant('END') }),
  fc.record({ items: fc.constant<[string, Buffer, number][]>([]), end: fc.constantFrom('STORED', 'NOT_STORED', 'EXISTS', 'NOT_FOUND', 'SERVER_ERROR out of memory', 'CLIENT_ERROR bad data chunk', 'ERROR') }),
);

function bytesOf({ items, end }: { items: [string, Buffer, number][]; end: string }): Buffer {
  return Buffer.concat([
    ...items.flatMap(([name, bytes, unique]) => [Buffer.from(`VALUE ${name} 0 ${bytes.length} ${unique}\r\n`), bytes, Buffer.from('\r\n')]),
    Buffer.from(`${end}\r\n`),
  ]);
}

test('replies are the same however their bytes are split', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
  fc.assert(fc.property(fc.array(reply, { minLength: 1, maxLength: 6 }), pieces, (sent, sizes) => {
    const bytes = Buffer.concat(sent.map(bytesOf));
    const replies = new Replies();
    const read = [];
    for (let position = 0, piece = 0; position < bytes.length; piece++) {
      const size = sizes[piece % sizes.length];
      read.push(...replies.read(bytes.subarray(position, position + size)));
      position += size;
    }
    expect(read.map(({ items, end }) => ({ items: [...items].map(([name, item]) => [name, item.bytes, Number(item.unique)]), end }))).toEqual(sent);
  }));
});

test('ElastiCache\'s configuration is a reply, with or without an empty line after it', () => {
  const nodes = '1\na|10.0.0.1|11211\n';
  for (const gap of ['', '\r\n']) {
    const [{ items }] = new Replies().read(Buffer.from(`CONFIG cluster 0 ${nodes.length}\r\n${nodes}\r\n${gap}END\r\n`));
    expect(items.get('cluster')?.bytes.toString()).toBe(nodes);
  }
});

test.each([
  ['bytes that are no reply', 'HTTP/1.1 400 Bad Request\r\n', /it replied 'HTTP\/1\.1 400 Bad Request'/],
  ['a value longer than any of ours', 'VALUE a 0 99999999999 1\r\n', /a value of 99999999999 bytes/],
  ['a value longer than its stated length', 'VALUE a 0 1 1\r\nxyz\r\nEND\r\n', /its answer does not match the request/],
  ['a line without an end', 'V'.repeat(5_000), /it replied 'V{80}'/],
  ['the beginning of no reply', '\xff\xfe', /it replied '/],
])('%s is an error', (_, nodes, error) => {
  expect(() => new Replies().read(Buffer.from(nodes))).toThrow(error);
});

test('random bytes from a server cause an error at most, and little is kept of them', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 50 }), (chunks) => {
    const replies = new Replies();
    try {
      chunks.forEach((chunk) => replies.read(Buffer.from(chunk)));
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }));
});
