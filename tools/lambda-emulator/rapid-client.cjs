// Replaces the native addon of aws-lambda-ric, which makes the Runtime API's requests and is the only part of that package that needs a compiler.
// It is JavaScript, since the environment loads it as it is.
'use strict';
const { Agent, request } = require('node:http');
const { isMainThread } = require('node:worker_threads');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const INVOCATION = '/2018-06-01/runtime/invocation/';
/** Connections are unreferenced between requests: as with the addon, only `next()` keeps an otherwise idle process alive. */
const agent = new Agent({ keepAlive: true });
/** The addon blocks until a response is posted, so it never asks for an event before. */
const posts = new Set();

exports.next = async () => {
  await Promise.all(posts);
  const { statusCode, headers, body } = await exchange({ method: 'GET', path: `${INVOCATION}next` }).catch(() => ({ statusCode: -1 }));
  if (statusCode < 200 || statusCode > 299) throw new Error(`Failed to get next invocation, error ${statusCode}`);
  if (headers['lambda-runtime-aws-request-id'] === undefined) throw new Error('Failed to get next invocation, error -1');
  // Headers are bytes; Node.js reads them as Latin-1.
  const header = (name) => Buffer.from(headers[`lambda-runtime-${name}`] ?? '', 'latin1').toString();
  const result = {
    'lambda-runtime-deadline-ms': Number(header('deadline-ms')),
    'lambda-runtime-aws-request-id': header('aws-request-id'),
    'lambda-runtime-trace-id': header('trace-id'),
    'lambda-runtime-invoked-function-arn': header('invoked-function-arn'),
  };
  for (const name of ['client-context', 'cognito-identity', 'aws-tenant-id']) {
    if (header(name) !== '') result[`lambda-runtime-${name}`] = header(name);
  }
  return { bodyJson: body.toString(), headers: result };
};

exports.done = (requestId, response) => post(`${requestId}/response`, response);

exports.error = (requestId, response, xrayCause) => post(`${requestId}/error`, response, xrayCause);

// The option `fastInit` starts Node.js without this flag of Lambda's; nothing else in a function's process depends on it.
if (globalThis.gc === undefined) {
  if (isMainThread) process.execArgv.unshift('--expose-gc');
  Object.defineProperty(globalThis, 'gc', { configurable: true, get: exposedGc, set: defineGc });
}

function exposedGc() {
  const { setFlagsFromString } = require('node:v8');
  setFlagsFromString('--expose-gc');
  const gc = require('node:vm').runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  defineGc(gc);
  return gc;
}

function defineGc(value) {
  Object.defineProperty(globalThis, 'gc', { value, writable: true, enumerable: false, configurable: true });
}

function post(path, text, xrayCause = '') {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  if (xrayCause !== '') headers['lambda-runtime-function-xray-error-cause'] = Buffer.from(xrayCause).toString('latin1');
  const posted = exchange({ method: 'POST', path: INVOCATION + path, headers }, text).then(logRefusal, () => {}).then(() => posts.delete(posted));
  posts.add(posted);
  return null;
}

/** The addon's message. It goes nowhere else: the function's caller gets the reason from the Runtime API. */
function logRefusal({ statusCode, body }) {
  if (statusCode >= 200 && statusCode <= 299) return;
  process.stdout.write(`[ERROR] [${Date.now()}] LAMBDA_RUNTIME Failed to post handler success response. Http response code: ${statusCode}. ${body}\n`);
}

function exchange(options, text) {
  return new Promise((resolve, reject) => {
    request({ hostname, port, agent, ...options }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ statusCode: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject).end(text);
  });
}
