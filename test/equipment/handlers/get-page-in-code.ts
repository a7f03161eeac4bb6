import { cachedResponse } from 'cdk-cached-function/http';

let calls = 0;

export const handler = cachedResponse(async () => ({ statusCode: 200, headers: { 'cache-control': 'max-age=60' }, body: String(++calls) }));
