import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, DnsServer } from './dns-server.js';
import { HostLookup } from '../../../lambda-runtime/stores/dns-lookup.js';

const NAMES: Record<string, Answer> = {
  'cache.example': { A: ['10.0.0.1', '10.0.0.2'] },
  'six.example': { AAAA: ['fd00:0:0:0:0:0:0:1'] },
  'lost.example': 'silent',
};

describe('a host lookup', () => {
  let server: DnsServer;
  let directory: string;
  let hosts: HostLookup;

  beforeEach(async () => {
    server = await DnsServer.start(NAMES);
    directory = await mkdtemp(join(tmpdir(), 'hosts-'));
    writeFileSync(join(directory, 'hosts'), '127.0.0.1 localhost # us\n::1 localhost ip6-localhost\n10.9.9.9\tCache.Local other\n');
    hosts = new HostLookup([server.address], join(directory, 'hosts'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  function find(host: string, options: dns.LookupOptions = { all: true }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      hosts.lookup(host, options, (error, address, family) => error ? reject(error) : resolve(options.all ? address : [address, family]));
    });
  }

  test('uses DNS, without the thread pool', async () => {
    const pool = jest.spyOn(dns.promises, 'lookup');
    expect(await find('cache.example')).toEqual([{ address: '10.0.0.1', family: 4 }, { address: '10.0.0.2', family: 4 }]);
    expect(await find('cache.example', {})).toEqual(['10.0.0.1', 4]);
    expect(pool).not.toHaveBeenCalled();
  });

  test('finds hosts that have only IPv6 addresses', async () => {
    expect(await find('six.example', { family: 0 })).toEqual(['fd00::1', 6]);
    await expect(find('six.example', { family: 4 })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('uses the hosts file without a request', async () => {
    expect(await find('localhost')).toEqual([{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }]);
    expect(await find('localhost', { family: 6 })).toEqual(['::1', 6]);
    expect(await find('cache.local', {})).toEqual(['10.9.9.9', 4]);
    expect(server.questions).toEqual([]);
  });

  test('asks the operating system if DNS has no answer', async () => {
    const system = jest.spyOn(dns.promises, 'lookup').mockResolvedValue([{ address: '10.1.1.1', family: 4 }] as never);
    expect(await find('printer')).toEqual([{ address: '10.1.1.1', family: 4 }]);
    system.mockRejectedValue(Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND' }));
    await expect(find('nowhere')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('of a hanging name is one, however many wait for it, ends, and uses no thread of the pool', async () => {
    const pool = jest.spyOn(dns.promises, 'lookup');
    const ended = await Promise.allSettled(Array.from({ length: 50 }, () => find('lost.example')));
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
    expect(server.questions.length).toBeLessThanOrEqual(2);
    expect(pool).not.toHaveBeenCalled();
    await expect(find('cache.example')).resolves.toHaveLength(2);
  }, 20_000);
});
