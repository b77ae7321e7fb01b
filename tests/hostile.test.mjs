// Mail that means harm: nothing of it runs, nothing is fetched, nothing is lost, and the app goes on (T2, §7).

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from './support/server.mjs';
import { openStage } from './support/stage.mjs';
import { openTrap } from './support/trap.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const trap = await openTrap();
const url = (name) => `${trap.origin}/${name}`;

/** What each tries; the words “Stays readable” are what the reader must still get. */
const ATTEMPTS = {
  'a script': `<p>Stays readable</p><script>alert(1); parent.document.title = 'taken'; fetch('${url('script')}')</script>`,
  'a script from elsewhere': `<p>Stays readable</p><script src="${url('script.js')}"></script>`,
  'an image with a handler': `<p>Stays readable</p><img src=x onerror="alert(1);parent.document.title='taken'" onload=alert(2)>`,
  'handlers of every kind':
    '<p onmouseover=alert(1) onclick=alert(2) onanimationstart=alert(3)>Stays readable</p>' +
    '<details open ontoggle=alert(4)><summary>More</summary></details><input autofocus onfocus=alert(5)>' +
    '<video src=x onerror=alert(6)></video><marquee onstart=alert(7)>x</marquee>',
  'an svg': `<p>Stays readable</p><svg onload="alert(1)"><script>alert(2)</script><image href="${url('svg.png')}"/><use href="${url('use.svg')}#a"/></svg>`,
  'a style that fetches':
    `<style>@import url(${url('import.css')}); @font-face { font-family: x; src: url(${url('font.woff2')}) }` +
    ` body { background: url(${url('style.png')}); font-family: x }</style>` +
    `<p style="background:url(${url('inline.png')})">Stays readable</p>`,
  'a body over the whole window':
    '<div style="position:fixed;inset:0;z-index:999999;background:red">Stays readable</div>' +
    '<style>html,body{position:fixed;top:-500px}</style>',
  'links that are scripts':
    '<p>Stays readable</p><a href="javascript:alert(1)">one</a> <a href=" java&#10;script:alert(2)">two</a>' +
    ' <a href="data:text/html,<script>alert(3)</script>">three</a> <a href="vbscript:x">four</a>',
  'a page that goes elsewhere': `<meta http-equiv="refresh" content="0;url=${url('refresh')}"><p>Stays readable</p>`,
  'a base and a prefetch':
    `<base href="${url('base/')}"><link rel="stylesheet" href="${url('link.css')}"><link rel="prefetch" href="${url('prefetch')}">` +
    `<link rel="preconnect" href="${trap.origin}"><p>Stays readable <img src="relative.png"></p>`,
  'pictures from elsewhere':
    `<p>Stays readable</p><img src="${url('picture.png')}"><img srcset="${url('srcset.png')} 2x"><picture><source srcset="${url('source.png')}">` +
    `<img src="${url('fallback.png')}"></picture><table background="${url('table.png')}"><td background="${url('cell.png')}">x</td></table>` +
    `<body background="${url('body.png')}"><video poster="${url('poster.png')}"></video><input type=image src="${url('input.png')}">`,
  'a form that sends':
    `<form action="${url('form')}" method="post"><p>Stays readable</p><input name=password type=password><button autofocus>Sign in</button></form>`,
  'frames and objects':
    `<p>Stays readable</p><iframe src="${url('iframe')}"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>` +
    `<object data="${url('object')}"></object><embed src="${url('embed')}"><frameset><frame src="${url('frame')}"></frameset>`,
  'markup that changes when read twice':
    '<p>Stays readable</p><math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">' +
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  'forty thousand nested parts of a page': `${'<div>'.repeat(40_000)}Stays readable${'</div>'.repeat(40_000)}`,
};

/** Opens a conversation and looks at it until everything in it has had its chance. */
async function openAndLook(inbox, conversation) {
  const subject = conversation.subject || conversation.contact.name;
  await inbox.open(`/conversations/${conversation.id}`);
  await inbox.articles.first().waitFor();
  for (const article of await inbox.articles.all()) {
    const frame = article.locator('iframe');
    if ((await frame.count()) === 0) continue;
    assert.doesNotMatch((await frame.first().getAttribute('sandbox')) ?? 'allow-scripts', /allow-scripts|allow-top|allow-forms/, subject);
    await frame.first().contentFrame().locator('body').waitFor({ state: 'attached' });
  }
  await inbox.page.waitForLoadState('networkidle').catch(() => {});
}

/** The words are there to be read, in the thread or in a mail body's frame. */
async function reads(inbox, words) {
  await eventually(async () => {
    const texts = await Promise.all(inbox.page.frames().map((frame) => frame.locator('body').innerText().catch(() => '')));
    assert.ok(texts.some((text) => text.includes(words)), `“${words}” cannot be read`);
  });
}

/** The app is whole: its title is its own and its list answers. */
async function stillWorks(inbox) {
  assert.doesNotMatch(await inbox.page.title(), /taken/);
  assert.equal(new URL(inbox.page.url()).origin, inbox.server.origin);
  await inbox.views.getByRole('link').first().waitFor();
}

for (const [what, html] of Object.entries(ATTEMPTS)) {
  stage.test(`T2 hostile mail: ${what}`, async ({ visit, server }) => {
    const calls = trap.calls.length;
    const [conversation] = await server.receive([{ subject: `Hostile: ${what}`, html }]);
    const inbox = await visit({ as: 'agent', path: null });
    await openAndLook(inbox, conversation);
    await reads(inbox, 'Stays readable');
    await inbox.articles.first().hover();
    await stillWorks(inbox);
    assert.deepEqual(trap.calls.slice(calls), [], 'nobody called elsewhere');
  });
}

stage.test('T2 hostile mail: forty thousand nested multiparts are kept, and can be had', async ({ visit, server, api }) => {
  const deep = 40_000;
  let raw = 'From: Deep <deep@post.example>\r\nTo: support@hyllan.example\r\nSubject: Hostile: nested parts\r\nMessage-ID: <deep@post.example>\r\nMIME-Version: 1.0\r\n';
  for (let at = 0; at < deep; at += 1) raw += `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`;
  raw += 'Content-Type: text/plain\r\n\r\nThe heart of it\r\n';
  await server.importRaw([raw]);
  const admin = await api('admin');
  const kept = await admin.get('/quarantine');
  const [mail] = kept.items.filter((item) => item.size === Buffer.byteLength(raw));
  if (mail) {
    const source = await admin.ask('GET', `/quarantine/${mail.id}/source`);
    assert.match(source.text, /The heart of it/);
  } else {
    const conversation = await admin.bySubject('Hostile: nested parts');
    const inbox = await visit({ as: 'admin', path: null });
    await openAndLook(inbox, conversation);
    const [message] = await admin.thread(conversation.id);
    assert.match((await admin.ask('GET', `/messages/${message.id}/source`)).text, /The heart of it/);
    await stillWorks(inbox);
  }
  assert.equal((await admin.ask('GET', '/session')).status, 200, 'and the server still answers');
});

stage.test('T2 hostile mail of the collection: each is opened and nothing happens', async ({ visit, server, api }) => {
  const folder = path.join(root, 'crates/server/tests/hostile');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  assert.ok(names.length > 10, 'the collection is there');
  const agent = await api('admin');
  const { id: inboxId } = await agent.inbox('Support');
  const everything = async () => {
    const views = ['open', 'sent', 'spam', 'closed'];
    const lists = await Promise.all(views.map((view) => agent.conversations(inboxId, view, 200)));
    return new Map(lists.flat().map((item) => [item.id, item]));
  };
  const before = await everything();
  const sizes = (await agent.get('/quarantine')).items.length;
  // Their dates are old: with 200 newest they might not be found.
  const mails = await Promise.all(names.map(async (name) => (await readFile(path.join(folder, name), 'latin1')).replace(/^Date:.*\r?\n/im, '')));
  await server.importRaw(mails.map((mail) => Buffer.from(`Date: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n${mail}`, 'latin1')));
  const arrived = [...(await everything()).values()].filter((item) => (before.get(item.id)?.message_count ?? 0) < item.message_count);
  const kept = (await agent.get('/quarantine')).items.length - sizes;
  const messages = arrived.reduce((sum, item) => sum + item.message_count - (before.get(item.id)?.message_count ?? 0), 0);
  assert.equal(messages + kept, names.length, 'none is lost');
  const inbox = await visit({ as: 'agent', path: null });
  for (const conversation of arrived) {
    await openAndLook(inbox, conversation);
    await stillWorks(inbox);
  }
}, { timeout: 120_000 });

stage.test('T2 names of senders and of files are text', async ({ visit, server }) => {
  const name = '<img src=x onerror=alert(1)>';
  const subject = 'Hostile names <b>bold</b><script>alert(1)</script>';
  const file = '../../"><img src=x onerror=alert(2)>.html';
  const [conversation] = await server.receive([
    {
      subject,
      from: { name, email: 'names@post.example' },
      text: 'See the file.',
      attachments: [{ name: file, type: 'text/html', bytes: Buffer.from('<script>alert(3)</script>') }],
    },
  ]);
  const inbox = await visit({ as: 'agent', path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` });
  await inbox.threadIsThere(subject);
  await reads(inbox, name);
  await inbox.row(name).first().waitFor();
  const link = inbox.articles.getByRole('link', { name: /onerror=alert\(2\)/ });
  const [download] = await Promise.all([inbox.page.waitForEvent('download'), link.first().click()]);
  assert.doesNotMatch(download.suggestedFilename(), /[/\\]|^\.\./);
  assert.equal(await inbox.page.locator('img[src="x"], h1 b, script:not([src])').count(), 0);
  await stillWorks(inbox);
});

stage.test('T2 an attachment opened by its address runs nothing either', async ({ visit, server, api }) => {
  const html = `<script>document.title='taken';fetch('${url('attached')}')</script><p>hello`;
  const [conversation] = await server.receive([
    {
      subject: 'Hostile attachments',
      text: 'Three files.',
      attachments: [
        { name: 'page.html', type: 'text/html', bytes: Buffer.from(html) },
        { name: 'picture.svg', type: 'image/svg+xml', bytes: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`) },
        { name: 'liar.png', type: 'image/png', bytes: Buffer.from(html) },
      ],
    },
  ]);
  const agent = await api('agent');
  const [message] = await agent.thread(conversation.id);
  assert.equal(message.attachments.length, 3);
  for (const { index } of message.attachments) {
    for (const query of ['', '?inline=1']) {
      const { headers } = await agent.ask('GET', `/messages/${message.id}/attachments/${index}${query}`);
      assert.match(headers.get('content-security-policy'), /sandbox/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      const shown = query && /^image\/png/.test(headers.get('content-type') ?? '');
      if (!shown) assert.match(headers.get('content-disposition') ?? 'none', /^attachment/);
    }
  }
  const inbox = await visit({ as: 'agent', path: `/conversations/${conversation.id}` });
  await inbox.articles.first().waitFor();
  await stillWorks(inbox);
});

stage.test('T2 a link in a mail opens a page of its own, which knows nothing of the inbox', async ({ visit, server }) => {
  const html = `<p>Look <a href="${url('page')}">at this page</a>, and <a target="_top" href="${url('page-top')}">at the top</a>.</p>`;
  const [conversation] = await server.receive([{ subject: 'Links to follow', html }]);
  const inbox = await visit({ as: 'agent', path: `/conversations/${conversation.id}` });
  const body = inbox.articles.locator('iframe').first().contentFrame();
  for (const name of ['at this page', 'at the top']) {
    const [popup] = await Promise.all([inbox.context.waitForEvent('page'), body.getByRole('link', { name }).click()]);
    await popup.waitForLoadState();
    assert.equal(await popup.title(), 'A stranger');
    assert.equal(await popup.evaluate(() => window.opener), null);
    assert.equal(await popup.evaluate(() => document.referrer), '');
    await popup.close();
  }
  await stillWorks(inbox);
});

stage.test('T2 mail bodies carry a policy that holds without the frame', async ({ server, api, visit }) => {
  const [conversation] = await server.receive([{ subject: 'The body alone', html: ATTEMPTS['a script'] + ATTEMPTS['an svg'] }]);
  const agent = await api('agent');
  const [message] = await agent.thread(conversation.id);
  const address = `/api/v1/messages/${message.id}/body`;
  const { headers, text } = await agent.ask('GET', address.replace('/api/v1', ''));
  const policy = headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /sandbox/);
  assert.doesNotMatch(policy, /allow-scripts|unsafe-eval|script-src (?!'none')/);
  assert.doesNotMatch(text, /<script|<svg|<math|onload|onerror/i);
  // Chromium looks for a picture of its own accord where a page names none.
  const alone = await visit({ as: 'agent', path: address, expected: [/favicon\.ico/] });
  await reads(alone, 'Stays readable');
  assert.doesNotMatch(await alone.page.title(), /taken/);
});
