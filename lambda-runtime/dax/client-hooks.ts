import BaseOperations from '@amazon-dax-sdk/client-dax/src/BaseOperations.js';
import ClusterOfClient from '@amazon-dax-sdk/client-dax/src/Cluster.js';
import { SocketTubePool } from '@amazon-dax-sdk/client-dax/src/Tube.js';

/**
 * What DAX's client knows and does not tell. It is bundled into the layer, so this is always the version that the tests
 * have seen.
 */

/** The nodes, as the client knows them. */
export interface Cluster {
  readonly router: { size(): number };
  leaderClient(previous: undefined): { endpoints(): Promise<unknown> };
  /** Resolves when a node is found. */
  waitForRoutesRebuilt(ofLeader: boolean): Promise<void>;
}

/** In a request: is called when it begins to go out, and throws to stop it. */
export const SENDS = '_cdkCachedFunctionSends';

interface Tube {
  close(): void;
}

const { _getReturnHandler: receive } = BaseOperations.prototype;

// The client calls it when the request is prepared (the key of its table, a connection, a signature), right before it writes.
BaseOperations.prototype._getReturnHandler = function (tube: Tube, assembler) {
  try {
    assembler._request?.[SENDS]?.();
  } catch (error) {
    tube.close();
    throw error;
  }
  return receive.call(this, tube, assembler);
};

const { alloc } = SocketTubePool.prototype;

// The client would hand out a connection that has ended in its pool, and wait on it until the request's time is over.
SocketTubePool.prototype.alloc = function () {
  while (this._headTube?._closed) {
    this._headTube = this._headTube._nextTube;
    this._connectionCount--;
  }
  return alloc.call(this);
};

const failures = new WeakMap<object, PromiseWithResolvers<never>>();

const { refresh } = ClusterOfClient.prototype;

// The client would print the error, and let requests wait for the next attempt.
ClusterOfClient.prototype.refresh = function (forced, done) {
  refresh.call(this, forced, (error) => {
    if (error !== undefined && error !== null) {
      failureOf(this).reject(error);
    }
    done();
  });
};

/** Rejects when the nodes cannot be found. */
export function discoveryFailure(cluster: object): Promise<never> {
  return failureOf(cluster).promise;
}

function failureOf(cluster: object): PromiseWithResolvers<never> {
  let failure = failures.get(cluster);
  if (failure === undefined) {
    failure = Promise.withResolvers<never>();
    // Nobody may be waiting.
    failure.promise.catch(() => {});
    failures.set(cluster, failure);
  }
  return failure;
}
