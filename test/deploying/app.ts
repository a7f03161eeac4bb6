import { App } from 'aws-cdk-lib';

/** An app whose template names the constructs, so that a function can be found by its path; and so is what the CLI makes. */
export function appWithPaths(): App {
  return new App({ context: { 'aws:cdk:enable-path-metadata': true } });
}
