// Synthesizes apps in one process, which loads their packages once: files of apps, each followed by the folder of its assembly.
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

for (let [app, assembly, ...others] = process.argv.slice(2); app !== undefined; [app, assembly, ...others] = others) {
  process.chdir(dirname(app));
  process.env.CDK_OUTDIR = assembly;
  await import(pathToFileURL(app));
}
