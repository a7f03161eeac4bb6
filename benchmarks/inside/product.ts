/** The value that all these benchmarks cache. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceInCents: number;
  readonly tags: readonly string[];
  readonly stock: Record<string, number>;
}

/** Reads a product, and counts its calls. */
export interface Origin {
  (id: string): Promise<Product>;
  many(ids: readonly string[]): Promise<Product[]>;
  readonly ids: number;
}

export function originOf(): Origin {
  const origin = Object.assign(async (id: string) => {
    origin.ids++;
    return productOf(id);
  }, {
    ids: 0,
    many: async (ids: readonly string[]) => {
      origin.ids += ids.length;
      return ids.map(productOf);
    },
  });
  return origin;
}

export function productOf(id: string): Product {
  return { id, name: `Product ${id}`, priceInCents: 1999, tags: ['garden', 'new'], stock: { berlin: 12, porto: 3 } };
}
