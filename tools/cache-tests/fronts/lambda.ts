/** `cachedResponse` behind each of Lambda's HTTP sources; the handler passes requests on to the suite's origin. */
import type { Shape } from './shapes.js';
import type { Listening } from '../wire.js';
import { fetchFrom, serve } from '../wire.js';
import { cachedResponse } from 'cdk-cached-function/http';

export function listenWithEvents(shape: Shape, origin: number): Promise<Listening> {
  const handler = async (event: unknown) => shape.toResult(await fetchFrom(origin, shape.fromEvent(event as never)));
  const cached = cachedResponse(handler, { name: shape.name, heuristicFreshness: true });
  return serve(async (request) => shape.fromResult(await cached(shape.toEvent(request)) as never));
}
