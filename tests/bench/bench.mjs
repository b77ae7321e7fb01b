// `cargo xtask bench`: what DESIGN's budgets ask for, measured in one run on the release binary and written to
// docs/PERFORMANCE.md. Timings differ from machine to machine; what is compared is compared within the run.

import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { InboxPage } from '../support/inbox.mjs';
import { root, startServer } from '../support/server.mjs';

// So many that one view, All closed, has more than 100,000 rows.
const MANY = Number(process.env.SAMTAL_BENCH_CONVERSATIONS ?? 170_000);
const rows = [];

/** `value` beside what it must be. */
function note(what, value, budget, held) {
  rows.push({ what, value, budget, held });
  console.log(`${held ? '✓' : '✗'} ${what}: ${value} (must be ${budget})`);
}

const sorted = (values) => [...values].sort((one, other) => one - other);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
const spread = (values) => `median ${at(values, 0.5).toFixed(1)} ms, p95 ${at(values, 0.95).toFixed(1)} ms`;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Bytes of what `dist` sends with brotli. */
async function sizes() {
  const dist = path.join(root, 'dist');
  const files = (await readdir(dist, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const found = new Map();
  for (const file of files) {
    const whole = path.join(file.parentPath ?? file.path, file.name);
    // The app never asks for a licence.
    if (whole.endsWith('.br') || file.name.startsWith('LICENSE')) continue;
    const sent = await stat(`${whole}.br`).catch(() => stat(whole));
    found.set(path.relative(dist, whole), sent.size);
  }
  return found;
}

async function memory(server) {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
}

async function openInbox(browser, server, who, address, first = () => {}) {
  const context = await browser.newContext({
    baseURL: server.origin,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const cookie = await server.cookie(who);
  // Chromium lets no tool plant a `__Host-` cookie on plain http; the server takes the plain name beside it there.
  const value = cookie.slice(cookie.indexOf('=') + 1);
  await context.addCookies([{ name: 'samtal', value, url: server.origin, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  await page.addInitScript(first);
  const inbox = new InboxPage(page, server, []);
  await inbox.open(address);
  await inbox.list.getByRole('link').first().waitFor();
  return inbox;
}

/** What is sent before the list can be used, by the browser's own account. */
async function coldStart(browser, server, address) {
  const inbox = await openInbox(browser, server, 'agent', address, () => {
    new MutationObserver((_, seen) => {
      if (!document.querySelector('[data-row]')) return;
      seen.disconnect();
      performance.mark('list');
    }).observe(document, { subtree: true, childList: true });
  });
  const sent = await inbox.page.evaluate(() => {
    const [{ startTime: usable }] = performance.getEntriesByName('list');
    return performance
      .getEntriesByType('resource')
      .concat(performance.getEntriesByType('navigation'))
      .filter((entry) => !entry.name.includes('/api/') && entry.startTime <= usable)
      .map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize]);
  });
  await inbox.context.close();
  return sent;
}

/** Clicks rows and waits until heading and messages have been painted; answers with the times. */
async function clicks(inbox, { warm }) {
  const times = [];
  for (let n = 0; n < 60; n += 1) {
    const target = n % 8;
    // Fetched ahead: the neighbours of the open one have had time to come.
    if (warm) await pause(350);
    const ms = await inbox.page.evaluate(async (index) => {
      const link = document.querySelector(`[data-row="${index}"]`);
      if (!link || link.getAttribute('aria-current')) return null;
      const old = document.querySelector('main article');
      const there = () => {
        const first = document.querySelector('main article');
        return first && first !== old && document.querySelector('main h1')?.textContent && !document.querySelector('main [aria-busy="true"]');
      };
      const start = performance.now();
      const stands = new Promise((resolve, reject) => {
        const seen = new MutationObserver(() => there() && resolve());
        seen.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
        setTimeout(() => reject(new Error('a conversation did not open')), 5_000);
      });
      link.click();
      await stands;
      // The frame with it is drawn right after these callbacks; the message comes when it has been.
      await new Promise((resolve) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = resolve;
        channel.port2.postMessage(0);
      }));
      return performance.now() - start;
    }, target);
    if (ms !== null) times.push(ms);
    if (!warm) await pause(30);
  }
  return times;
}

/** Types words letter by letter; each time from the key to the painted answer to what stands there then. */
async function typing(browser, server, address) {
  const inbox = await openInbox(browser, server, 'agent', address);
  await inbox.page.waitForTimeout(1_000);
  await inbox.button('Search conversations').click();
  const times = [];
  for (const word of ['delivery', 'invoice', 'refund', 'shelf', 'broken']) {
    await inbox.page.getByRole('searchbox').fill('');
    await pause(400);
    for (const letter of word) {
      const ms = await inbox.page.evaluate(async (letter) => {
        const field = document.querySelector('input[type=search]');
        const rows = document.querySelector('.list-body').parentElement;
        const start = performance.now();
        const answered = new Promise((resolve) => {
          // A list is busy from the letter to its answer.
          let busy = false;
          const seen = new MutationObserver(() => {
            const list = document.querySelector('.list-rows');
            busy ||= list !== before || list.getAttribute('aria-busy') === 'true';
            if (busy && list?.getAttribute('aria-busy') === 'false') {
              seen.disconnect();
              resolve();
            }
          });
          seen.observe(rows, { subtree: true, childList: true, attributes: true });
          setTimeout(resolve, 3_000);
        });
        const before = document.querySelector('.list-rows');
        field.value += letter;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await answered;
        await new Promise((resolve) => requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = resolve;
          channel.port2.postMessage(0);
        }));
        return performance.now() - start;
      }, letter);
      times.push(ms);
      await pause(150);
    }
  }
  await inbox.context.close();
  return times;
}

/** Holds `j` down for 200 conversations, as a keyboard repeats it; answers with long tasks and how far behind the mark was. */
async function holding(inbox) {
  await inbox.page.keyboard.press('j');
  await inbox.page.keyboard.press('o');
  await inbox.articles.first().waitFor();
  await pause(500);
  return inbox.page.evaluate(async () => {
    const long = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['longtask'] });
    const open = () => Number(document.querySelector('[data-row][aria-current]')?.dataset.row ?? -1);
    const first = open();
    const behind = [];
    const EVERY_MS = 33;
    const start = performance.now();
    for (let n = 1; n <= 200; n += 1) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', repeat: n > 1, bubbles: true, cancelable: true }));
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + n * EVERY_MS - performance.now())));
      const at = open();
      if (at >= 0) behind.push(first + n - at);
    }
    const ms = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 600));
    return { long, ms, behind: Math.max(...behind), at: open() - first };
  });
}

/** Scrolls through the whole list by wheel steps and by jumps; answers with long tasks and the most nodes. */
async function scrolling(inbox) {
  return inbox.page.evaluate(async () => {
    const long = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['longtask'] });
    const pane = document.querySelector('.list-scroll');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let nodes = 0;
    let frames = 0;
    let slowest = 0;
    const step = async (top) => {
      pane.scrollTop = top;
      const start = performance.now();
      await frame();
      slowest = Math.max(slowest, performance.now() - start);
      frames += 1;
      nodes = Math.max(nodes, document.querySelectorAll('*').length);
    };
    for (let n = 0; n < 240; n += 1) await step(n * 180);
    for (let n = 0; n < 60; n += 1) await step((pane.scrollHeight * n) / 60);
    for (let n = 0; n < 120; n += 1) await step(pane.scrollHeight - n * 140);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const known = [...document.querySelectorAll('[data-row]')].length;
    return { long, nodes, frames, slowest, known, height: pane.scrollHeight };
  });
}

/** A change by one is seen by another: from the request to the frame in which it stands. */
async function changes(inbox, api, conversation) {
  const times = [];
  for (let n = 0; n < 60; n += 1) {
    const text = `change number ${n} of the bench`;
    const seen = inbox.page.evaluate(
      (wanted) =>
        new Promise((resolve) => {
          const look = () => {
            const found = [...document.querySelectorAll('main article')].some((article) => article.textContent.includes(wanted));
            if (found) resolve(performance.timeOrigin + performance.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      text,
    );
    await pause(20);
    const start = performance.timeOrigin + performance.now();
    await api.comment(conversation, text);
    times.push((await seen) - start);
  }
  return times;
}

/** Requests a second over kept connections from this process, for a bounded time. */
async function load(server, address, ms = 4_000) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const cookie = await server.cookie('agent');
  const until = performance.now() + ms;
  const times = [];
  const one = () =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      http
        .get(`${server.origin}/api/v1${address}`, { agent, headers: { cookie } }, (answer) => {
          answer.resume();
          answer.on('end', () => {
            if (answer.statusCode !== 200) return reject(new Error(`${address}: ${answer.statusCode}`));
            times.push(performance.now() - start);
            resolve();
          });
        })
        .on('error', reject);
    });
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() < until) await one();
    }),
  );
  agent.destroy();
  return { rate: (times.length / ms) * 1000, p99: at(times, 0.99) };
}

async function measure(browser) {
  const dist = await sizes();
  const everything = [...dist.values()].reduce((sum, size) => sum + size, 0);

  const small = await startServer();
  try {
    await pause(1_000);
    const idle = await memory(small);
    note('server memory, idle with the demo', kib(idle), '≤ 30,720 KB', idle <= 30 * 1024 * 1024);
    const api = await small.api('agent');
    const inbox = await api.inbox('Support');
    const sent = await coldStart(browser, small, `/inbox/${inbox.id}/open`);
    const start = sent.reduce((sum, [, size]) => sum + size, 0);
    note('bytes to an interactive list, brotli', kib(start), '≤ 150 KB', start <= 150 * 1024);
    note('everything the app can send, brotli', kib(everything), '≤ 400 KB', everything <= 400 * 1024);
  } finally {
    await small.close();
  }

  const began = performance.now();
  const large = await startServer({ conversations: MANY });
  console.log(`  a demo of ${MANY} conversations was there after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  try {
    const api = await large.api('second');
    const support = await api.inbox('Support');
    const address = `/inbox/${support.id}/open`;
    const inbox = await openInbox(browser, large, 'agent', address);

    const cold = await clicks(inbox, { warm: false });
    note('open a conversation, click → painted', spread(cold), 'p95 ≤ 50 ms', at(cold, 0.95) <= 50);
    const warm = await clicks(inbox, { warm: true });
    note('the same, fetched ahead', spread(warm), 'p95 ≤ 33 ms', at(warm, 0.95) <= 33);

    const held = await holding(inbox);
    note(
      'j held down for 200 conversations, a key every 33 ms',
      `${held.long.length} long tasks${held.long.length > 0 ? ` (longest ${Math.max(...held.long).toFixed(0)} ms)` : ''}, ${(held.ms / 1000).toFixed(1)} s, the mark ${held.behind} behind at most, ${held.at} on`,
      'no long task, keeps up (6.6 s)',
      held.long.length === 0 && held.at === 200 && held.ms < 7_000,
    );

    const { open: total, closed } = await api.counts(support.id);
    await inbox.open(`/inbox/${support.id}/closed`);
    await inbox.list.getByRole('link').first().waitFor();
    await pause(1_000);
    const scrolled = await scrolling(inbox);
    const worst = scrolled.long.length > 0 ? `, longest ${Math.max(...scrolled.long).toFixed(0)} ms` : '';
    note(
      `scroll ${closed.toLocaleString('en')} rows`,
      `${scrolled.long.length} long tasks in ${scrolled.frames} frames${worst}; ${scrolled.nodes} nodes at most`,
      'no long task, ≤ 1,400 nodes',
      scrolled.long.length === 0 && scrolled.nodes <= 1_400 && scrolled.known > 0,
    );

    const [first] = await api.conversations(support.id, 'open', 1);
    await inbox.open(`${address}/${first.id}`);
    await inbox.articles.first().waitFor();
    const seen = await changes(inbox, api, first.id);
    note('change → painted in another browser (from the request)', spread(seen), 'p95 ≤ 50 ms', at(seen, 0.95) <= 50);
    await inbox.context.close();

    const list = await load(large, `/conversations?inbox=${support.id}&view=open&limit=50`);
    rows.push({
      what: `list endpoint, 50 rows of ${total.toLocaleString('en')}, client on the same cores`,
      value: `${list.rate.toFixed(0)} requests/s, p99 ${list.p99.toFixed(1)} ms`,
      budget: 'alone, below',
      held: undefined,
    });
    const typed = await typing(browser, large, address);
    note('key typed in search → results painted', spread(typed), 'p95 ≤ 66 ms', at(typed, 0.95) <= 66);
    const search = await load(large, '/conversations?q=order');
    rows.push({
      what: 'search for a common word, page of 50, sixteen clients on the same cores',
      value: `${search.rate.toFixed(0)} requests/s, p99 ${search.p99.toFixed(1)} ms`,
      budget: 'p99 ≤ 10 ms alone at 1,000,000 messages (a later step)',
      held: undefined,
    });
    const busy = await memory(large);
    rows.push({ what: `server memory after all that, ${MANY.toLocaleString('en')} conversations`, value: kib(busy), budget: '—', held: undefined });
  } finally {
    await large.close();
  }
}

/** What `cargo xtask bench --list` and `--growth` have measured stays as it stands. */
async function measuredAlone() {
  const text = await readFile(path.join(root, 'docs/PERFORMANCE.md'), 'utf8');
  const [, kept] = /(<!-- alone -->[^]*<!-- end of alone -->)/.exec(text) ?? [];
  return kept ?? '<!-- alone -->\n<!-- growth -->\n<!-- end of growth -->\n<!-- end of alone -->';
}

async function report() {
  const table = rows.map(({ what, value, budget, held }) => {
    const mark = held === undefined ? 'measured' : held ? 'held' : '**not held**';
    return `| ${what} | ${value} | ${budget} | ${mark} |`;
  });
  const [cpu] = os.cpus();
  return `# How fast it is

Written by \`cargo xtask bench\`: one run of the release binary on SQLite, the browser (headless Chromium) and the server on the same
${os.cpus().length} cores (${cpu.model.trim()}). Times are as the browser sees them; a painted frame counts when it has been drawn.

| what | measured | must be | |
| --- | --- | --- | --- |
${table.join('\n')}

${await measuredAlone()}

## How the bytes came down

One wasm of 1.14 MB came to 352 KB. Taken apart at the list (\`src/parts.rs\`) its first file was 205 KB; reading answers from the browser's own JSON instead of through serde, and sorted rows instead
of trees, made it 164; closures behind one type each 159; the browser's letters instead of Unicode's tables 149; menus, notes, empty lists, the list's focus and its live order moved behind the list 142 and less;
\`wasm-opt -Oz\` without local common subexpressions beats plain \`-Oz\` by 1 % once it is compressed. Tried and left: \`opt-level = "s"\` (8 % more), unstable compiler flags without locations and debug formatting (3 % less).
What comes after the list lost 24 KB at once when nothing in it printed or read a number with a point, read dates by chrono's parser, or made letters small by tables of its own; 5 KB by closures behind one type; 23 KB when the
rules it guesses by stood in small sorted rows, without those of people, and nothing sorted by the standard library. Bulk actions, custom views and the history took 40.

## What is not held, and why

A click is measured from the press to the moment after the frame with the new messages has been drawn; the editor and the details follow a moment later and do not count. A frame comes every 17 ms, so that of
two clicks that cost the same one may wait 16 ms longer. What the app does itself: the answer (some 5 ms where it was not fetched ahead), taking the old messages out (3), making five messages (5 to 8; it was 8 to 10 before their
heads and words were written as one text each, with one set of listeners and one menu for a thread), the browser's history (1), layout and paint (5). The slow ones are first visits, where code runs that the browser has not
compiled yet, and clicks that meet the work left over from the click before.

Everything together is beyond 400 KB since there are tickets and records. What an agent loads for the inbox with everything in it, the sidebar with tickets, properties and deals included, is about 475 KB; the pages of
tickets, records and settings are a file of their own (166 KB) for who goes there. A screen of ordinary controls costs 10 to 20 KB: Leptos compiles an attribute, a closure and a list of its own for each kind. Tried: merging similar
functions and flow analysis in wasm-opt (nothing), closures behind one type, fields of records drawn from their definitions by one component, JSON kept as it came instead of a reader for each shape (some 40 KB less
than readers would have cost). Next to try: rows and cards as one text, as messages are now, for forms and sections too.
`;
}

const browser = await chromium.launch({
  executablePath: process.env.SAMTAL_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await measure(browser);
} finally {
  await browser.close();
}
await writeFile(path.join(root, 'docs/PERFORMANCE.md'), await report());
console.log('written to docs/PERFORMANCE.md');
const missed = rows.filter((row) => row.held === false).length;
console.log(missed === 0 ? 'every budget is held' : `${missed} budgets are not held`);
