/** Files of DAX's client that its types do not mention. */

declare module '@amazon-dax-sdk/client-dax/src/BaseOperations.js' {
  interface Assembler {
    readonly _request?: { readonly [mark: string]: (() => void) | undefined };
  }
  interface Operations {
    readonly prototype: { _getReturnHandler(tube: object, assembler: Assembler): Promise<unknown> };
    _resolveItemAttributeValues(lists: object, item: { readonly _attrListId?: unknown } | undefined | null): Promise<unknown>;
  }
  const BaseOperations: Operations;
  export default BaseOperations;
}

declare module '@amazon-dax-sdk/client-dax/src/Cluster.js' {
  const Cluster: { readonly prototype: { refresh(forced: boolean, done: (error?: unknown) => void): void } };
  export default Cluster;
}

declare module '@amazon-dax-sdk/client-dax/src/Tube.js' {
  /** A connection; free ones form a list. */
  interface PooledTube { readonly _closed: boolean; readonly _nextTube: PooledTube | null }
  interface Pool { _headTube: PooledTube | null; _connectionCount: number; alloc(): Promise<unknown> }
  export const SocketTubePool: { readonly prototype: Pool };
}

declare module '@amazon-dax-sdk/client-dax/src/Util.js' {
  /** An item before all names of its attributes are known. */
  interface Anonymous { _attrListId?: number; _anonymousAttributeValues?: readonly unknown[] }
  const Util: { deepCopy(value: unknown): unknown; deanonymizeAttributeValues(item: Anonymous, names: readonly string[]): void };
  export default Util;
}

declare module '@amazon-dax-sdk/client-dax/src/CborDecoder.js' {
  interface Decoder { processMap(next: () => void): void; buildMap(next: () => [string, unknown]): object }
  const CborDecoder: { readonly prototype: Decoder };
  export default CborDecoder;
}

declare module '@amazon-dax-sdk/client-dax/src/SimpleCache.js' {
  interface Cache { readonly _cache: { readonly _cache: object }; readonly _reqOnFly: object; get(key: unknown): Promise<unknown> }
  const SimpleCache: { readonly prototype: Cache };
  export default SimpleCache;
}

declare module '@amazon-dax-sdk/client-dax/src/CborSExprGenerator.js' {
  export const CborSExprGenerator: { readonly prototype: { readonly _mVariableNameById: object; _reset(type: string): void } };
}

declare module '@amazon-dax-sdk/client-dax/src/DocumentPath.js' {
  const DocumentPath: { from(path: string, names: object | undefined): readonly (string | number)[] };
  export default DocumentPath;
}

declare module '@amazon-dax-sdk/client-dax/src/ItemBuilder.js' {
  type Step = string | number;
  type Tree = Map<Step, Tree | object>;
  /** Assembles the rest of an item; `tree` is ours. */
  interface Builder { tree?: Tree; with(path: readonly Step[], value: object): void; toItem(): object | undefined }
  const ItemBuilder: { readonly prototype: Builder };
  export default ItemBuilder;
}

declare module '@amazon-dax-sdk/client-dax/src/DaxClientError.js' {
  export default class DaxClientError extends Error {
    public readonly code?: string;
  }
}

declare module '@amazon-dax-sdk/client-dax/src/DaxServiceError.js' {
  import DaxClientError from '@amazon-dax-sdk/client-dax/src/DaxClientError.js';
  export default class DaxServiceError extends DaxClientError {
    public override readonly code: string;
    /** The message without the code. */
    public readonly _message: string;
    public readonly statusCode: number;
    public readonly requestId: string | null;
    public readonly codeSeq?: readonly number[];
    public readonly cancellationReasons?: readonly unknown[];
    /** DAX rejects the connection's credentials. */
    public readonly _tubeInvalid: boolean;
  }
}

declare module '@amazon-dax-sdk/lib-dax/src/Util.js' {
  interface KeyNodes { readonly [name: string]: unknown }
  const Util: {
    inputKeyNodes(operation: string): KeyNodes;
    outputKeyNodes(operation: string): KeyNodes;
    marshallInput(input: unknown, nodes: KeyNodes, options: object): Record<string, unknown>;
    unmarshallOutput(output: unknown, nodes: KeyNodes, options: object): Record<string, unknown>;
  };
  export default Util;
}
