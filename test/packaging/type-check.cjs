// Type-checks as often as it is told, with the compiler of a folder: what is in node_modules is read once, which takes most of a check's time.
// Prints the errors of each check.
const [folder, ...checks] = process.argv.slice(2);
const ts = require(folder);

const read = new Map();

function errorsOf(commandLine) {
  const { options, fileNames, errors } = ts.parseCommandLine(commandLine);
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile;
  host.getSourceFile = (path, format, ...more) => {
    const key = `${path} as ${format.impliedNodeFormat}`;
    const file = read.get(key) ?? readFile(path, format, ...more);
    if (path.includes('/node_modules/')) {
      read.set(key, file);
    }
    return file;
  };
  const program = ts.createProgram({ rootNames: fileNames, options, host });
  return ts.formatDiagnostics([...errors, ...ts.getPreEmitDiagnostics(program)], host);
}

console.log(JSON.stringify(checks.map((check) => errorsOf(JSON.parse(check)))));
