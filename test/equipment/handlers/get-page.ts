/** A page of an HTTP API: its responses state how they may be cached, and its code has no cache. */
let calls = 0;

export const handler = async (event: { rawPath?: string; headers?: Record<string, string>; Records?: unknown }): Promise<unknown> => {
  const { rawPath = '/', headers = {} } = event;
  calls++;
  return {
    statusCode: 200,
    headers: {
      'content-type': 'text/plain',
      'cache-control': rawPath === '/stale' ? 'max-age=0, stale-while-revalidate=60' : rawPath === '/private' ? 'private' : 'max-age=60',
    },
    body: `${calls} ${headers.authorization ?? 'nobody'}`,
  };
};
