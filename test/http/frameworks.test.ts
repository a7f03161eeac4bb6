/** `cachedListener` in front of the web frameworks that it is made for, as their users start them. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { cachedListener, Identity, reset } from './public-api';

beforeEach(() => reset());

/** The same small site in each framework: a page for each user, a text in chunks, something that is not found, and a form. */
interface Site {
  page(user: string | undefined, language: string | undefined): object;
  change(body: string): void;
}

const CHUNKS = ['one, ', 'two, ', 'three'];

const FRAMEWORKS: Record<string, (site: Site) => RequestListener | Promise<RequestListener>> = {
  Express: (site) => express()
    .use(express.text())
    .get('/page', (request, response) => void response.vary('Accept-Language').set('Cache-Control', 'max-age=60')
      .json(site.page(request.get('x-user'), request.get('accept-language'))))
    .get('/chunks', (_, response) => void Readable.from(CHUNKS).pipe(response.set('Cache-Control', 'max-age=60').type('text')))
    .put('/page', (request, response) => void response.json(site.change(request.body as string) ?? 'changed')),

  Fastify: async (site) => {
    const app = fastify();
    app.get('/page', (request, reply) => reply.headers({ 'vary': 'Accept-Language', 'cache-control': 'max-age=60' })
      .send(site.page(request.headers['x-user'] as string, request.headers['accept-language'])));
    app.get('/chunks', (_, reply) => reply.header('cache-control', 'max-age=60').type('text/plain').send(Readable.from(CHUNKS)));
    app.put('/page', (request, reply) => reply.send(site.change(request.body as string) ?? 'changed'));
    await app.ready();
    return (request, response) => app.routing(request, response);
  },

  Hono: (site) => getRequestListener(new Hono()
    .get('/page', (context) => context.json(site.page(context.req.header('x-user'), context.req.header('accept-language')), 200, { 'vary': 'Accept-Language', 'cache-control': 'max-age=60' }))
    .get('/chunks', () => new Response(Readable.toWeb(Readable.from(CHUNKS).map((chunk: string) => Buffer.from(chunk))), { headers: { 'cache-control': 'max-age=60', 'content-type': 'text/plain' } }))
    .put('/page', async (context) => context.json(site.change(await context.req.text()) ?? 'changed')).fetch) as RequestListener,

  Koa: (site) => new Koa().use(async (context) => {
    if (context.path === '/page' && context.method === 'GET') {
      context.vary('Accept-Language');
      context.set('Cache-Control', 'max-age=60');
      context.body = site.page(context.get('x-user') || undefined, context.get('accept-language') || undefined);
    } else if (context.path === '/chunks') {
      context.set('Cache-Control', 'max-age=60');
      context.type = 'text';
      context.body = Readable.from(CHUNKS);
    } else if (context.path === '/page') {
      const chunks: Buffer[] = [];
      for await (const chunk of context.req) {
        chunks.push(chunk as Buffer);
      }
      site.change(String(Buffer.concat(chunks)));
      context.body = '"changed"';
    }
  }).callback(),
};

test.each(Object.entries(FRAMEWORKS))('%s', async (name, make) => {
  let text = 'first';
  let calls = 0;
  const app = await make({
    page: (user, language) => ({ text, user, language, call: ++calls }),
    change: (body) => {
      text = body;
    },
  });
  const server = createServer(cachedListener(app, { name, varyBy: [Identity.header('X-User')] })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ask = async (path: string, user: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { ...init, headers: { 'x-user': user, 'accept-language': 'de', ...init.headers } });
    return { status: response.status, type: response.headers.get('content-type'), cache: response.headers.get('cache-status'), body: await response.text(), etag: response.headers.get('etag') };
  };

  const first = await ask('/page', 'alice');
  expect(first).toMatchObject({ status: 200, type: expect.stringContaining('application/json'), cache: expect.stringContaining('fwd=uri-miss') });
  expect(await ask('/page', 'alice')).toEqual({ ...first, cache: expect.stringMatching(/; hit/) });
  expect(JSON.parse(first.body)).toEqual({ text: 'first', user: 'alice', language: 'de', call: 1 });
  expect(JSON.parse((await ask('/page', 'bob')).body)).toMatchObject({ user: 'bob', call: 2 });
  expect(JSON.parse((await ask('/page', 'alice', { headers: { 'accept-language': 'en' } })).body)).toMatchObject({ language: 'en', call: 3 });
  expect(await ask('/page', 'alice', { method: 'HEAD' })).toMatchObject({ status: 200, body: '', cache: expect.stringMatching(/; hit/) });
  if (first.etag !== null) {
    // With this field alone, fetch() would add `Cache-Control: no-cache`.
    expect(await ask('/page', 'alice', { headers: { 'if-none-match': first.etag, 'cache-control': 'max-stale=0' } })).toMatchObject({ status: 304, cache: expect.stringMatching(/; hit/) });
  }

  const chunks = [await ask('/chunks', 'alice'), await ask('/chunks', 'alice')];
  expect(chunks.map(({ body }) => body)).toEqual(['one, two, three', 'one, two, three']);
  expect(chunks[1].cache).toMatch(/; hit/);

  expect((await ask('/nothing', 'alice')).status).toBe(404);
  expect((await ask('/nothing', 'alice')).cache).toContain('fwd=uri-miss');

  expect((await ask('/page', 'alice', { method: 'PUT', body: 'second', headers: { 'content-type': 'text/plain' } })).body).toBe('"changed"'.replaceAll('"', name === 'Fastify' ? '' : '"'));
  expect(JSON.parse((await ask('/page', 'alice')).body)).toMatchObject({ text: 'second', call: 4 });
  expect(JSON.parse((await ask('/page', 'bob')).body)).toMatchObject({ text: 'second', call: 5 });
  server.close().closeAllConnections();
});
