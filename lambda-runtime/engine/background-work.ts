/** Work that no caller waits for. */
export interface BackgroundWork {
  /** Never rejects. */
  run(): Promise<void>;
  /** Called when time is up: ends `run`, or prevents it from starting. */
  abort(reason: Error): void;
}
