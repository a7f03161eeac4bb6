/** `cachedListener` in front of a listener that passes requests on to the suite's origin. */
import type { Listening } from '../wire.js';
import { fetchFrom, listen, readRequest } from '../wire.js';
import { cachedListener } from 'cdk-cached-function/http';

export function listenWithListener(origin: number): Promise<Listening> {
  const listener = cachedListener(async (incoming, outgoing) => {
    const { status, lines, content } = await fetchFrom(origin, await readRequest(incoming));
    // Connection too, which names fields that belong to it.
    outgoing.writeHead(status, lines.filter((_line, index) => !['transfer-encoding', 'keep-alive'].includes(lines[index - index % 2].toLowerCase())));
    outgoing.end(content);
  }, { name: 'listener', heuristicFreshness: true });
  return listen((incoming, outgoing) => {
    // Like a server whose listener fails.
    Promise.resolve(listener(incoming, outgoing)).catch(() => outgoing.writeHead(502).end());
  });
}
