import { PendingRequest } from './requests';

/** Requests that wait for an environment, first come, first served. Fast even with tens of thousands. */
export class RequestQueue {
  private requests: PendingRequest[] = [];
  private head = 0;

  add(request: PendingRequest): void {
    this.requests.push(request);
  }

  /** Removes the oldest that fits. */
  take(fits: (request: PendingRequest) => boolean): PendingRequest | undefined {
    for (let i = this.head; i < this.requests.length; i++) {
      if (fits(this.requests[i])) return this.remove(i);
    }
    return undefined;
  }

  has(fits: (request: PendingRequest) => boolean): boolean {
    for (let i = this.head; i < this.requests.length; i++) {
      if (fits(this.requests[i])) return true;
    }
    return false;
  }

  /** Removes the requests for one specific environment. */
  takeFor(environmentId: string): PendingRequest[] {
    const all = this.takeAll();
    this.requests = all.filter(request => request.options.environmentId !== environmentId);
    return all.filter(request => request.options.environmentId === environmentId);
  }

  takeAll(): PendingRequest[] {
    const all = this.requests.slice(this.head);
    this.requests = [];
    this.head = 0;
    return all;
  }

  /** Usually at the head, where moving all the others would cost more the more there are. */
  private remove(index: number): PendingRequest {
    const request = this.requests[index];
    if (index > this.head) {
      this.requests.splice(index, 1);
    } else if (++this.head > 1024 && this.head * 2 > this.requests.length) {
      this.requests.splice(0, this.head);
      this.head = 0;
    }
    return request;
  }
}
