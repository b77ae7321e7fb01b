// Notes everything a page did that it should not have: a word on the console, an error, a request that failed or went elsewhere.

/** Chromium's word for a request that the page itself gave up, as it does when it is left. */
const GIVEN_UP = 'net::ERR_ABORTED';

/** What `page` did that nobody expected; grows while the page lives. `expected` is a list of patterns and may grow too. */
export function watch(page, origin, expected) {
  const noted = [];
  const note = (text) => {
    if (!expected.some((pattern) => pattern.test(text))) noted.push(text);
  };
  page.on('console', (message) => note(`console ${message.type()}: ${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => note(`error: ${error.stack ?? error}`));
  page.on('crash', () => note('the page crashed'));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    // The page may be closed already.
    dialog.dismiss().catch(() => {});
  });
  page.on('request', (request) => {
    if (!isOwn(request.url(), origin)) note(`request elsewhere: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    if (why !== GIVEN_UP) note(`request failed: ${request.method()} ${request.url()}: ${why}`);
  });
  return noted;
}

function isOwn(url, origin) {
  return url === origin || url.startsWith(`${origin}/`) || /^(data|blob|about):/.test(url);
}
