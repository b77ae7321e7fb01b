// One server and one Chromium for the tests of a file; each test gets browsers of its own and is checked for what they did.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, test as nodeTest } from 'node:test';
import { chromium } from 'playwright-core';
import { InboxPage } from './inbox.mjs';
import { root, startServer } from './server.mjs';
import { WITHIN_MS } from './wait.mjs';
import { watch } from './watch.mjs';

const CHROMIUM = process.env.SAMTAL_CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Whatever happens, a test ends. */
const TEST_MS = 60_000;

/** Starts both; they end with the file. */
export async function openStage(options) {
  const server = await startServer(options);
  after(() => server.close());
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  after(() => browser.close());
  return new Stage(server, browser);
}

/**
 * Gives a browser the session id of a cookie, `name=value`. Chromium lets no tool plant a `__Host-` cookie on plain http, so it goes under
 * the name that the server takes beside it there.
 */
export async function plant(context, origin, cookie) {
  const value = cookie.slice(cookie.indexOf('=') + 1);
  await context.addCookies([{ name: 'samtal', value, url: origin, httpOnly: true, sameSite: 'Lax' }]);
}

class Stage {
  constructor(server, browser) {
    this.server = server;
    this.browser = browser;
  }

  /** A test of this stage. `body` gets a Scene; what its browsers did unasked makes it fail. */
  test(title, body, options = {}) {
    nodeTest(title, { timeout: TEST_MS, ...options }, async (context) => {
      const scene = new Scene(this);
      // So that a test can take apart what it needs.
      const { server, api } = scene;
      const visit = (options) => scene.visit(options);
      const tab = (...about) => scene.tab(...about);
      try {
        await body({ server, api, visit, tab }, context);
      } catch (error) {
        await scene.picture(title);
        error.message += scene.report();
        throw error;
      } finally {
        await scene.leave();
      }
      assert.deepEqual(scene.noted(), [], 'what the browsers did unasked');
    });
  }
}

class Scene {
  #contexts = [];
  #pages = [];
  #noted = [];

  constructor(stage) {
    this.stage = stage;
    this.server = stage.server;
    this.api = (who) => stage.server.api(who);
  }

  /**
   * A browser of its own. `as` is one of the server's PEOPLE, or nobody; `path` is opened at once, unless it is null. `expected` are
   * patterns of what the page may do that is otherwise a failure. Answers with an InboxPage.
   */
  async visit({ as, path: address = '/', expected = [], init, ...options } = {}) {
    const context = await this.stage.browser.newContext({
      baseURL: this.server.origin,
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      timezoneId: 'Europe/Stockholm',
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(WITHIN_MS);
    if (init) await context.addInitScript(init);
    if (as) {
      await plant(context, this.server.origin, await this.server.cookie(as));
    }
    return this.tab(context, address, expected);
  }

  /** Another tab of the same browser. */
  async tab(context, address = '/', expected = []) {
    const page = await context.newPage();
    this.#pages.push(page);
    this.#noted.push(watch(page, this.server.origin, expected));
    const inbox = new InboxPage(page, this.server, expected);
    if (address !== null) await inbox.open(address);
    return inbox;
  }

  noted() {
    return this.#noted.flat();
  }

  report() {
    const noted = this.noted();
    return noted.length > 0 ? `\nThe browsers also did unasked:\n  ${noted.join('\n  ')}` : '';
  }

  /** What it looked like when it failed, for whoever has to find out why. */
  async picture(title) {
    const folder = path.join(root, 'target/e2e');
    await mkdir(folder, { recursive: true });
    const name = title.replace(/\W+/g, '-').slice(0, 80);
    for (const [at, page] of this.#pages.entries()) {
      // A page that crashed has no picture.
      await page.screenshot({ path: path.join(folder, `${name}-${at + 1}.png`), timeout: 3_000 }).catch(() => {});
    }
  }

  async leave() {
    for (const context of this.#contexts) await context.close();
  }
}
