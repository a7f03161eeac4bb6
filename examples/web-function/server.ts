/**
 * A Lambda Web Function: an HTTP server of one's own, without a handler and without layers. The cache is bundled into the code:
 *
 *   npx esbuild server.ts --bundle --platform=node --target=node24 --outfile=index.js
 *   AWS_LAMBDA_HTTP_ENDPOINT=127.0.0.1:8080 node index.js
 *   curl -i http://127.0.0.1:8080/products/7        # twice: see Cache-Status
 */
import { createServer } from 'node:http';
import express from 'express';
import { cachedListener } from 'cdk-cached-function/http';

let reads = 0;

const app = express().get('/products/:id', (request, response) => {
  // Something slow or expensive.
  const product = { id: request.params.id, reads: ++reads };
  response.set('Cache-Control', 'max-age=60').json(product);
});

// Lambda names the address: host and port.
const { hostname, port } = new URL(`http://${process.env.AWS_LAMBDA_HTTP_ENDPOINT}`);
createServer(cachedListener(app)).listen(Number(port), hostname);
