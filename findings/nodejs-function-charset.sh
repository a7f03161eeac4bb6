#!/bin/sh
# aws-cdk-lib 2.276.0, aws-lambda-nodejs: `bundling.charset` has no effect. Its documentation promises that Charset.UTF8 preserves non-ASCII
# characters. But NodejsFunction never passes `--charset` to esbuild, whose default escapes them. `esbuildArgs` can pass it.
# Expected before the first run: an output with the character itself. Seen: an escape sequence.
# Fails if the CDK's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "charset", "private": true }' > package.json
npm install --silent --no-audit --no-fund aws-cdk-lib@2.276.0 constructs@10.6.0 esbuild@0.28.2
printf "exports.handler = async () => 'caf\303\251';" > handler.js
cat > app.js <<'JAVASCRIPT'
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { App, Stack } = require('aws-cdk-lib');
const { Runtime } = require('aws-cdk-lib/aws-lambda');
const { Charset, NodejsFunction } = require('aws-cdk-lib/aws-lambda-nodejs');
const { version } = require('aws-cdk-lib/package.json');

function bundled(bundling) {
  const app = new App();
  new NodejsFunction(new Stack(app, 'Stack'), 'Function', { entry: 'handler.js', runtime: Runtime.NODEJS_24_X, bundling });
  const { directory } = app.synth();
  const asset = readdirSync(directory).find((name) => name.startsWith('asset.'));
  return readFileSync(join(directory, asset, 'index.js'), 'utf8').includes('caf\u00e9') ? 'the character itself' : 'an escape sequence';
}

const byOption = bundled({ charset: Charset.UTF8, logLevel: 'error' });
const byArgument = bundled({ esbuildArgs: { '--charset': 'utf8' }, logLevel: 'error' });
console.log('aws-cdk-lib', version);
console.log('bundling.charset: Charset.UTF8 gives', byOption);
console.log("bundling.esbuildArgs: { '--charset': 'utf8' } gives", byArgument);
if (byOption !== 'an escape sequence' || byArgument !== 'the character itself') {
  throw new Error('aws-cdk-lib has changed');
}
JAVASCRIPT
CDK_VALIDATION=false node app.js
