/** nginx as Debian packages it, as a cache in front of the suite's origin. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Listening } from '../wire.js';

const NGINX = process.env.NGINX_BINARY ?? 'nginx';

/** Its version; undefined if it is not installed. */
export function nginxVersion(): string | undefined {
  try {
    return /nginx\/(\S+)/.exec(execFileSync('sh', ['-c', `${NGINX} -v 2>&1`], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined;
  }
}

export async function listenWithNginx(origin: number): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), 'cache-tests-nginx-'));
  const port = await freePort();
  // Validation is on; responses determine what is cached, and for how long.
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off;
    master_process off;
    pid ${folder}/pid;
    error_log ${folder}/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      proxy_cache_path ${folder}/cache keys_zone=cache:8m;
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://127.0.0.1:${origin}; proxy_cache cache; proxy_cache_revalidate on; proxy_http_version 1.1; }
      }
    }`);
  const nginx = spawn(NGINX, ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], { stdio: 'inherit' });
  await listening(port);
  return {
    port,
    stop: () => {
      nginx.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      nginx.kill('SIGTERM');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
    if (isOpen) {
      return;
    }
    await delay(50);
  }
  throw new Error(`nginx does not listen on port ${port}.`);
}
