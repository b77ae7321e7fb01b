// Hidden messages: the text is nowhere, at once, and comes back for the right people only (M4, M5).

import assert from 'node:assert/strict';
import { DOT } from './support/mail.mjs';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
let count = 0;

/** To search for, beside the secret. */
const word = (number) => `herewith${number}x`;

/** A conversation of two letters, the second with a secret in its text, its HTML, its subject and its file's name. */
async function withSecret(server, api) {
  count += 1;
  const secret = `kortnummer${count}x4711`;
  const subject = `Payment question ${count}`;
  const first = `first-${count}@post.example`;
  const date = Date.now() - 60_000;
  const [conversation] = await server.receive([
    { subject, text: 'May I send you my card number?', id: first, date },
    {
      subject,
      text: `Here it is: ${secret} ${word(count)}`,
      html: `<p>Here it is: <b>${secret}</b> ${word(count)}</p>`,
      id: `second-${count}@post.example`,
      inReplyTo: first,
      date: date + 1_000,
      attachments: [{ name: `${secret}.png`, type: 'image/png', bytes: DOT }],
    },
  ]);
  const thread = await (await api('agent')).thread(conversation.id);
  const message = thread.find((one) => one.text.includes(secret));
  assert.ok(message, 'the secret is there to begin with');
  assert.equal(message.attachments.length, 1);
  return { secret, subject, conversation, message };
}

stage.test('M4 what one hides is gone from the other’s thread, list and search at once', async ({ visit, server, api }) => {
  const { secret, subject, conversation } = await withSecret(server, api);
  const { inbox_id: inbox } = conversation;
  const anna = await visit({ as: 'agent', path: `/inbox/${inbox}/open/${conversation.id}` });
  const jonas = await visit({ as: 'second', path: `/inbox/${inbox}/open/${conversation.id}` });
  const searching = await visit({ as: 'second', path: `/inbox/${inbox}/open?q=${word(count)}` });
  await searching.rowIsThere(subject);
  assert.match(await searching.list.innerText(), new RegExp(word(count)), 'with the words found');
  await anna.message(secret).waitFor();
  await jonas.message(secret).waitFor();
  assert.match(await jonas.row(subject).first().innerText(), new RegExp(secret), 'the list shows its first words');

  await anna.messageMenu(anna.message(secret));
  const begun = performance.now();
  await anna.choose('Hide message');
  await jonas.message('Message has been hidden').waitFor();
  assert.ok(performance.now() - begun < 1_000, 'within a second');

  for (const inboxPage of [anna, jonas, searching]) {
    await eventually(async () => {
      const page = await inboxPage.page.content();
      assert.ok(!page.includes(secret), 'no trace of it in the page');
    });
    for (const frame of inboxPage.page.frames()) assert.doesNotMatch(await frame.content(), new RegExp(secret));
  }
  await eventually(async () => assert.match(await jonas.row(subject).first().innerText(), /Message has been hidden/));
  await searching.rowIsGone(subject);
});

stage.test('M4 hidden text is in no answer of the API, whoever asks', async ({ server, api }) => {
  const { secret, conversation, message } = await withSecret(server, api);
  const agent = await api('agent');
  const stream = await listen(await api('second'), (await agent.get('/session')).sequence);
  await agent.hide(message.id);
  for (const who of ['agent', 'second', 'admin', 'super']) {
    const client = await api(who);
    for (const path of await everyRead(client, conversation, message, secret)) {
      const answer = await client.ask('GET', path);
      assert.ok(!answer.text.includes(secret), `GET ${path} as ${who} tells the hidden text`);
      assert.doesNotMatch([...answer.headers].join(), new RegExp(secret), `GET ${path} as ${who}, in its headers`);
    }
  }
  // Whoever writes on sees no more either.
  const answers = [
    await agent.comment(conversation.id, 'What was this about?'),
    await agent.close(conversation.id),
    await agent.reopen(conversation.id),
    await agent.hide(message.id),
  ];
  assert.ok(!JSON.stringify(answers).includes(secret));
  const told = await stream.until((text) => text.includes('What was this about?'));
  assert.ok(!told.includes(secret), 'the feed');
  // From before it was hidden: the log holds no text to be told again.
  const again = await listen(await api('second'), 0);
  assert.ok(!(await again.until((text) => text.includes('data:'))).includes(secret), 'the feed, read again');
});

stage.test('M4 a hidden message keeps its place and says who hid it; its body, files and source are not to be had', async ({ server, api }) => {
  const { conversation, message } = await withSecret(server, api);
  const agent = await api('agent');
  const paths = ['body', 'source', 'attachments/0', 'attachments/0?inline=1'].map((path) => `/messages/${message.id}/${path}`);
  for (const path of paths) assert.equal((await agent.ask('GET', path)).status, 200, path);
  await agent.hide(message.id);
  for (const path of paths) assert.equal((await agent.ask('GET', path)).status, 404, path);
  const shown = (await agent.thread(conversation.id)).find((one) => one.id === message.id);
  assert.equal(shown.hidden, true);
  assert.equal(shown.hidden_by, (await agent.me()).id);
  assert.equal(shown.can_unhide, true);
  assert.deepEqual([shown.text, shown.quoted, shown.subject, shown.attachments, shown.to], ['', '', '', [], []]);
});

stage.test('M5 only the one who hid it and a super admin are offered to unhide, and it comes back as it was', async ({ visit, server, api }) => {
  for (const by of ['agent', 'super']) {
    const { secret, subject, conversation, message } = await withSecret(server, api);
    const agent = await api('agent');
    const before = await agent.get(`/messages/${message.id}`);
    await agent.hide(message.id);
    const path = `/inbox/${conversation.inbox_id}/open/${conversation.id}`;
    for (const who of ['second', 'admin']) {
      const other = await visit({ as: who, path });
      const hidden = other.message('Message has been hidden');
      await other.messageMenu(hidden);
      await other.item('Copy link').waitFor();
      assert.equal(await other.item('Unhide message').count(), 0, `${who} is not offered it`);
      assert.equal(await other.item('Hide message').count(), 0, `${who} cannot hide it twice`);
      await other.page.close();
    }
    const watching = await visit({ as: 'second', path });
    await watching.message('Message has been hidden').waitFor();
    const owner = await visit({ as: by, path });
    await owner.messageMenu(owner.message('Message has been hidden'));
    await owner.choose('Unhide message');
    await owner.message(secret).waitFor();
    await watching.message(secret).waitFor();
    await eventually(async () => assert.match(await watching.row(subject).first().innerText(), new RegExp(secret)));
    const after = await agent.get(`/messages/${message.id}`);
    const { version: _, ...was } = before.message;
    const { version: __, ...is } = after.message;
    assert.deepEqual(is, was);
    assert.equal((await agent.ask('GET', `/messages/${message.id}/attachments/0`)).status, 200);
  }
});

stage.test('M5 the server refuses to unhide for an agent and an admin who did not hide it', async ({ server, api }) => {
  const { secret, message } = await withSecret(server, api);
  await (await api('agent')).hide(message.id);
  for (const who of ['second', 'admin']) {
    const client = await api(who);
    const { json } = await client.ask('GET', `/messages/${message.id}`);
    assert.equal(json.message.can_unhide, false);
    const answer = await client.ask('POST', `/messages/${message.id}/unhide`);
    assert.equal(answer.status, 403, who);
    assert.equal(answer.json.code, 'not_yours_to_unhide');
    assert.ok(!answer.text.includes(secret));
    const preview = await client.ask('POST', `/messages/${message.id}/unhide?preview=true`);
    assert.equal(preview.json.refused.code, 'not_yours_to_unhide', who);
    assert.deepEqual(preview.json.changes, []);
    assert.ok(!preview.text.includes(secret));
  }
  // Neither by taking back what another did.
  const { changes } = await (await api('super')).unhide(message.id);
  const { command } = await (await api('agent')).hide(message.id);
  for (const undone of [command, changes[0].command]) {
    const answer = await (await api('second')).ask('POST', `/commands/${undone}/undo`);
    assert.equal(answer.status, 403);
  }
  assert.equal((await (await api('super')).ask('POST', `/messages/${message.id}/unhide`)).status, 200);
});

stage.test('M4 text hidden before one looks is not in the page at all, nor kept in the browser', async ({ visit, server, api }) => {
  const { secret, subject, conversation, message } = await withSecret(server, api);
  const seen = await visit({ as: 'second', path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` });
  await seen.message(secret).waitFor();
  await (await api('agent')).hide(message.id);
  await seen.message('Message has been hidden').waitFor();
  await eventually(async () => {
    const kept = await seen.page.evaluate(keptInBrowser);
    assert.ok(!kept.includes(secret), 'in the browser’s stores');
  });
  await seen.page.reload();
  await seen.threadIsThere(subject);
  await seen.message('Message has been hidden').waitFor();
  assert.ok(!(await seen.page.content()).includes(secret));
});

/** Everything that the page has put aside, as one text. */
async function keptInBrowser() {
  const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      kept.push(JSON.stringify(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)))));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.push(await (await cache.match(request)).text());
  }
  return kept.join('\n');
}

/** Every GET of the API's own description, with the ids filled in. */
async function everyRead(client, conversation, message, secret) {
  const { paths } = await client.get('/openapi.json');
  const ids = { agent: 1, index: 0 };
  const reads = [];
  for (const [path, methods] of Object.entries(paths)) {
    if (!methods.get || path.endsWith('/events')) continue;
    const short = path.replace('/api/v1', '');
    const id = short.startsWith('/messages') ? message.id : short.startsWith('/inboxes') ? conversation.inbox_id : conversation.id;
    reads.push(short.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? id));
  }
  assert.ok(reads.includes(`/messages/${message.id}/body`), 'the description names what is to be had');
  const lists = ['open', 'unassigned', 'email', 'closed'].map((view) => `/conversations?inbox=${conversation.inbox_id}&view=${view}&limit=200`);
  const part = secret.slice(0, 8);
  return [
    ...reads,
    ...lists,
    `/conversations?q=${secret}`,
    `/conversations?inbox=${conversation.inbox_id}&q=${part}`,
    `/conversations?contact=${conversation.contact.id}`,
    `/conversations/${conversation.id}/messages?around=${message.id}`,
    `/conversations/${conversation.id}/messages?after=${message.id - 1}`,
    `/messages/${message.id}/body?images=1`,
    `/messages/${message.id}/attachments/0?inline=1`,
  ];
}

/** The event stream from `after` on; `until` answers with all it has told once `enough` is content. */
async function listen(client, after) {
  const giveUp = new AbortController();
  const answer = await fetch(`${client.origin}/api/v1/events?after=${after}`, {
    headers: { cookie: client.cookie, accept: 'text/event-stream' },
    signal: giveUp.signal,
  });
  assert.equal(answer.status, 200);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async until(enough) {
      const timer = setTimeout(() => giveUp.abort(), 5_000);
      let told = '';
      while (!enough(told)) {
        const { value, done } = await reader.read();
        assert.ok(!done, `the stream ended: ${told}`);
        told += value;
      }
      clearTimeout(timer);
      giveUp.abort();
      return told;
    },
  };
}
