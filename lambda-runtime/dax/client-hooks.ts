import BaseOperations from '@amazon-dax-sdk/client-dax/src/BaseOperations.js';
import ClusterOfClient from '@amazon-dax-sdk/client-dax/src/Cluster.js';
import { SocketTubePool } from '@amazon-dax-sdk/client-dax/src/Tube.js';

/**
 * Hooks into the DAX client's private members. The client is bundled into the layer, so it is always the version that was
 * tested.
 */

/** The client's list of nodes. */
export interface Cluster {
  readonly router: { size(): number };
  leaderClient(previous: undefined): { endpoints(): Promise<unknown> };
  /** Resolves when a node is found. */
  waitForRoutesRebuilt(ofLeader: boolean): Promise<void>;
}

/** A hook in a request: called when sending begins; throws to stop it. */
export const ON_SEND = '_cdkCachedFunctionSends';

interface Tube {
  close(): void;
}

const { _getReturnHandler: receive } = BaseOperations.prototype;

// The client calls this when the request is prepared (the table's key, a connection, a signature), right before it writes.
BaseOperations.prototype._getReturnHandler = function (tube: Tube, assembler) {
  try {
    assembler._request?.[ON_SEND]?.();
  } catch (error) {
    tube.close();
    throw error;
  }
  return receive.call(this, tube, assembler);
};

const { alloc } = SocketTubePool.prototype;

// Otherwise the client would take a closed connection from its pool, and wait on it until the request times out.
SocketTubePool.prototype.alloc = function () {
  while (this._headTube?._closed) {
    this._headTube = this._headTube._nextTube;
    this._connectionCount--;
  }
  return alloc.call(this);
};

const failures = new WeakMap<object, PromiseWithResolvers<never>>();

const { refresh } = ClusterOfClient.prototype;

// Otherwise the client would print the error, and requests would wait for the next attempt.
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
    // The rejection may have no other handler.
    failure.promise.catch(() => {});
    failures.set(cluster, failure);
  }
  return failure;
}
