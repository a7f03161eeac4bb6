/** This many different warnings are remembered. */
const MAX_WARNINGS = 100;

/** Says each thing once in an environment's life, however often it happens. */
export class Warnings {
  private readonly said = new Set<string>();

  public readonly once = (message: string): void => {
    if (!this.said.has(message) && this.said.size < MAX_WARNINGS) {
      this.said.add(message);
      console.warn(`cdk-cached-function: ${message}`);
    }
  };
}
