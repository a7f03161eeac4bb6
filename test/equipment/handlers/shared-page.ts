/** A page with the origin's current content, which comes from a field that is in no key. */
export const handler = async ({ headers, requestContext }: { headers: Record<string, string>; requestContext: { http: { method: string } } }) =>
  requestContext.http.method === 'GET'
    ? { statusCode: 200, headers: { 'cache-control': 'max-age=60' }, body: headers['x-version'] }
    : { statusCode: 204 };
