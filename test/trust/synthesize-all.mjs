// Synthesizes apps in one process, which loads their packages once: folders of apps, each followed by that of its assembly.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

for (let [app, assembly, ...others] = process.argv.slice(2); app !== undefined; [app, assembly, ...others] = others) {
  process.chdir(app);
  process.env.CDK_OUTDIR = assembly;
  await import(pathToFileURL(join(app, 'app.ts')));
}
