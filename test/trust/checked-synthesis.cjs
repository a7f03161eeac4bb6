/**
 * Loaded before an example's app, which knows nothing of it: every synthesis of the app asks cdk-nag too.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');

// The project's packages, not the repository's.
const load = createRequire(join(process.cwd(), 'app.ts'));
const { Stage, Validations } = load('aws-cdk-lib');
const { AwsSolutionsChecks } = load('cdk-nag');

const { synth } = Stage.prototype;
const asked = new Set();

Stage.prototype.synth = function (options) {
  if (this.node.scope === undefined && !asked.has(this)) {
    asked.add(this);
    Validations.of(this).addPlugins(new AwsSolutionsChecks(this));
  }
  return synth.call(this, options);
};
