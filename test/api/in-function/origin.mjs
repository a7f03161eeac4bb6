// `import` reads every property of the module, and one of Node.js 24's loads all of undici: 40 ms of CPU for each environment.
const http = process.getBuiltinModule('node:http');

/** Sockets are not kept: a frozen environment would not learn that one is closed. */
const options = { agent: false };

let underWay = 0;

/** Until all queued work is done: it continues in later turns, or waits for the origin. */
export async function settle() {
  for (let quiet = 0; quiet < 5; quiet = underWay === 0 ? quiet + 1 : 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

/** Reads a path's value from the test's origin: the path and its version, `path#1`. */
export async function origin(path) {
  underWay++;
  try {
    return await new Promise((resolve, reject) => {
      http.get(`${process.env.TEST_ORIGIN}/${encodeURIComponent(path)}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => response.statusCode === 200 ? resolve(text) : reject(new Error(text)));
      }).on('error', reject);
    });
  } finally {
    underWay--;
  }
}
