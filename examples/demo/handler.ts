/** The function of examples/product-catalog, on the replay's own clock: an hour of traffic passes in seconds. */
import { handler as getProduct } from '../product-catalog/get-product';

const realNow = Date.now;
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

/** How many products are read side by side while the cache is filled. */
const AT_ONCE = 25;

interface DemoEvent {
  /** When the request arrives, on the replay's clock. */
  readonly at: number;
  readonly pathParameters: { readonly id: string };
  /** Earlier requests, in bulk: they bring the cache to where a day of traffic would have brought it. */
  readonly earlier?: readonly string[];
}

export const handler = async ({ at, pathParameters, earlier }: DemoEvent) => {
  aheadMs = Math.max(aheadMs, at - realNow());
  for (let i = 0; i < (earlier?.length ?? 0); i += AT_ONCE) {
    await Promise.all(earlier!.slice(i, i + AT_ONCE).map((id) => getProduct({ pathParameters: { id } })));
  }
  return earlier === undefined ? getProduct({ pathParameters }) : undefined;
};
