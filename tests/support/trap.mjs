// A stranger's server: it counts who calls. No mail may make a browser or our server call it unasked.

import { createServer } from 'node:http';
import { after } from 'node:test';
import { DOT } from './mail.mjs';

/** Listens until the file's tests end. `calls` grows by the path of each request, `heard` by its path and headers. */
export async function openTrap() {
  const calls = [];
  const heard = [];
  const server = createServer((request, response) => {
    calls.push(request.url);
    heard.push({ url: request.url, headers: request.headers });
    if (request.url.startsWith('/page')) {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>A stranger</title><p>A page elsewhere');
    } else {
      response.setHeader('content-type', 'image/png');
      response.setHeader('access-control-allow-origin', '*');
      response.end(DOT);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  }));
  return { origin: `http://127.0.0.1:${server.address().port}`, calls, heard };
}
