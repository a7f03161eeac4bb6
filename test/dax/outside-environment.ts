import { createRequire } from 'node:module';
// eslint-disable-next-line import/no-extraneous-dependencies -- it is a dependency of jest.
import { TestEnvironment } from 'jest-environment-node';

/**
 * Node.js with its own `require` beside jest's: what is loaded by it has Node.js's own `Error`. DAX's client emits its errors
 * as events, and Node.js does not recognize jest's `Error` as an error.
 */
export default class OutsideEnvironment extends TestEnvironment {
  public override async setup(): Promise<void> {
    await super.setup();
    (this.global as { outside?: NodeJS.Require }).outside = createRequire(__filename);
  }
}
