// A conversation: reading it, answering it, and everything one does with it as a whole (T1–T4, T7, V9, R1, P5).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { CUSTOMER, DOT, letter, longThread, SUPPORT } from './support/mail.mjs';
import { openStage } from './support/stage.mjs';
import { openTrap } from './support/trap.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const trap = await openTrap();
let count = 0;

/** A conversation of its own for a test, of the letters described. */
async function fresh(server, ...letters) {
  count += 1;
  const subject = `Threaded letter ${count}`;
  const first = `threaded-${count}@post.example`;
  const all = letters.length > 0 ? letters : [{ text: 'Hello from a customer.' }];
  const start = Date.now() - 60_000 * all.length;
  const [conversation] = await server.receive(
    all.map((one, at) => ({ subject, date: start + at * 60_000, ...(at === 0 ? { id: first } : { inReplyTo: first }), ...one })),
  );
  return { subject, conversation, path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` };
}

stage.test('T1 messages stand in order with sender, recipients and time; the exact time on hover', async ({ visit, server }) => {
  const { subject, path } = await fresh(
    server,
    { text: 'The first words.', cc: { name: 'Her Husband', email: 'husband@post.example' } },
    { text: 'The second words.', from: SUPPORT, to: CUSTOMER },
    { text: 'The third words.' },
  );
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await eventually(async () => assert.equal(await inbox.articles.count(), 3));
  const texts = await inbox.articles.allInnerTexts();
  ['first', 'second', 'third'].forEach((word, at) => assert.match(texts[at], new RegExp(`The ${word} words`)));
  const first = inbox.articles.first();
  assert.match(await first.innerText(), /Maja Olsson/);
  await first.getByRole('button', { name: /^to / }).click();
  assert.match(await first.innerText(), /support@hyllan\.example/);
  assert.match(await first.innerText(), /Her Husband/);
  assert.match(await first.innerText(), /husband@post\.example/);
  const name = await first.evaluate((element) => {
    const by = element.getAttribute('aria-labelledby');
    return element.getAttribute('aria-label') ?? by.split(' ').map((id) => document.getElementById(id).textContent).join(' ');
  });
  assert.match(name, /^Maja Olsson,? .*\d/);
  const time = first.locator('time').first();
  assert.match(await time.getAttribute('datetime'), /^\d{4}-\d\d-\d\dT/);
  const exact = (await time.getAttribute('title')) ?? (await time.getAttribute('data-tip')) ?? (await time.evaluate((element) => element.closest('[title], [data-tip]')?.getAttribute('data-tip')));
  assert.match(exact, new RegExp(String(new Date().getFullYear())), 'the date in full');
});

stage.test('T1 a thread of 300 opens at its end, loads older ones on demand, and does not jump', async ({ visit, server }) => {
  const subject = 'Three hundred letters to read';
  await server.importRaw(longThread(subject, 300).map(letter));
  const agent = await server.api('agent');
  const conversation = await agent.bySubject(subject);
  const all = await agent.thread(conversation.id);
  assert.equal(all.length, 300);
  await agent.post(`/conversations/${conversation.id}/read`, { up_to: Math.max(...all.map((one) => one.id)) });
  const inbox = await visit({ as: 'agent', path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` });
  await inbox.message('This is letter 300 of 300.').waitFor();
  await eventually(async () => assert.ok(await inSight(inbox, inbox.articles.last()), 'the newest is in sight'));
  const start = await inbox.articles.count();
  assert.ok(start < 120, `${start} messages loaded at first`);
  for (let round = 0; round < 3; round += 1) {
    const before = await inbox.articles.count();
    const first = await inbox.articles.first().getAttribute('id');
    const anchor = inbox.page.locator(`[id="${first}"]`);
    const moved = await scrolledToTop(inbox, anchor);
    await eventually(async () => assert.ok((await inbox.articles.count()) > before, 'older ones came'));
    const now = await anchor.evaluate((element) => element.getBoundingClientRect().top);
    assert.ok(Math.abs(now - moved) < 60, `what was read moved by ${Math.round(now - moved)} px`);
  }
  const numbers = (await inbox.articles.allInnerTexts()).map((text) => Number(/letter (\d+) of/.exec(text)[1]));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), 'in order');
  assert.equal(new Set(numbers).size, numbers.length, 'none twice');
});

const inSight = (inbox, article) =>
  article.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const pane = element.closest('[aria-label="Messages"]').getBoundingClientRect();
    return box.bottom > pane.top && box.top < pane.bottom;
  });

/** Scrolls the thread to its top and answers with where `anchor` stands at that moment. */
async function scrolledToTop(inbox, anchor) {
  return anchor.evaluate((element) => {
    let pane = element.parentElement;
    while (!/auto|scroll/.test(getComputedStyle(pane).overflowY)) pane = pane.parentElement;
    pane.scrollTop = 0;
    return element.getBoundingClientRect().top;
  });
}

stage.test('T3 the owner picker assigns and unassigns', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.setOwner('Jonas Karlsson');
  await eventually(async () => assert.match(await inbox.ownerName(), /Jonas Karlsson/));
  const agent = await api('agent');
  const jonas = await agent.agent('second@demo.test');
  await eventually(async () => assert.deepEqual((await agent.get(`/conversations/${conversation.id}`)).owner, { type: 'agent', id: jonas.id }));
  await inbox.setOwner('Unassigned');
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).owner, null));
});

stage.test('T4 T9 closing leaves the view at once; Undo in the note brings it back', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await inbox.page.route(`**/api/v1/conversations/${conversation.id}*`, async (route) => {
    if (route.request().method() === 'PATCH') await held;
    await route.fallback();
  });
  await inbox.button('Close conversation').click();
  await inbox.rowIsGone(subject);
  release();
  const agent = await api('agent');
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).state, 'closed'));
  await inbox.told(/closed/i);
  await inbox.status.getByRole('button', { name: 'Undo' }).click();
  await inbox.rowIsThere(subject);
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).state, 'open'));
});

stage.test('V9 T4 trash and Restore: back exactly as it was', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const agent = await api('agent');
  await agent.assign(conversation.id, (await agent.me()).id);
  await agent.comment(conversation.id, 'A note that stays.');
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).unread, false));
  const { version: _, ...before } = await agent.get(`/conversations/${conversation.id}`);
  await inbox.moreActions('Move to trash');
  await inbox.rowIsGone(subject);
  await inbox.told(/trash/i);
  await inbox.more();
  await inbox.view('Trash').click();
  await inbox.openRow(subject);
  await inbox.message('A note that stays.').waitFor();
  assert.equal(await inbox.editor.count(), 0, 'no answer from Trash');
  await inbox.button('Restore').click();
  await inbox.rowIsGone(subject);
  await eventually(async () => {
    const { version: __, ...after } = await agent.get(`/conversations/${conversation.id}`);
    assert.deepEqual(after, before);
  });
});

stage.test('V9 Delete permanently asks first, and then it is gone by every route', async ({ visit, server, api }) => {
  const { subject, conversation } = await fresh(server, { text: 'Words to be deleted.', attachments: [{ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('gone') }] });
  const agent = await api('agent');
  const [message] = await agent.thread(conversation.id);
  await agent.trash(conversation.id);
  const inbox = await visit({ as: 'agent', path: `/inbox/${conversation.inbox_id}/trash/${conversation.id}` });
  await inbox.threadIsThere(subject);
  await inbox.button('Delete permanently').click();
  const dialog = inbox.page.getByRole('alertdialog').or(inbox.page.getByRole('dialog'));
  await dialog.waitFor();
  await inbox.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal((await agent.ask('GET', `/conversations/${conversation.id}`)).status, 200, 'not deleted by Escape');
  await inbox.button('Delete permanently').click();
  await dialog.getByRole('button', { name: 'Delete permanently' }).click();
  await inbox.rowIsGone(subject);
  for (const path of [
    `/conversations/${conversation.id}`,
    `/conversations/${conversation.id}/messages`,
    `/messages/${message.id}`,
    `/messages/${message.id}/source`,
    `/messages/${message.id}/attachments/0`,
  ]) {
    await eventually(async () => assert.equal((await agent.ask('GET', path)).status, 404, path));
  }
  const found = await agent.get(`/conversations?inbox=${conversation.inbox_id}&q=deleted`);
  assert.ok(!found.items.some((item) => item.id === conversation.id));
});

stage.test('T4 mark as spam and not spam', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.moreActions(/^Mark as spam/);
  await inbox.rowIsGone(subject);
  const agent = await api('agent');
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).spam, true));
  await inbox.open(`/inbox/${conversation.inbox_id}/spam/${conversation.id}`);
  await inbox.threadIsThere(subject);
  await inbox.notSpam();
  await inbox.rowIsGone(subject);
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).spam, false));
});

stage.test('R1 R3 a reply and a comment appear at once, look different, and say what they are', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.write('Reply', 'An answer to Maja.\n\nWith two paragraphs.');
  await inbox.message('An answer to Maja.').waitFor();
  assert.equal(await inbox.editor.inputValue(), '', 'the editor is empty again');
  await inbox.write('Comment', 'A word among ourselves.');
  const comment = inbox.message('A word among ourselves.');
  await comment.waitFor();
  assert.match(await comment.innerText(), /comment|not seen by the customer|only your team/i);
  const colour = (article) => article.evaluate((element) => {
    const all = [element, ...element.querySelectorAll('*')].map((one) => getComputedStyle(one).backgroundColor);
    return all.find((one) => one !== 'rgba(0, 0, 0, 0)') ?? 'none';
  });
  assert.notEqual(await colour(comment), await colour(inbox.message('An answer to Maja.')), 'and looks different');
  const all = async () => (await api('agent')).thread(conversation.id);
  await eventually(async () =>
    assert.deepEqual((await all()).map((one) => [one.kind, one.author_name]), [['inbound', 'Maja Olsson'], ['outbound', 'Anna Lind'], ['comment', 'Anna Lind']]),
  );
  const thread = await all();
  assert.equal(thread[1].text, 'An answer to Maja.\n\nWith two paragraphs.');
});

stage.test('R1 nothing is sent twice by a double click, nor when it is empty', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.button('Send', inbox.reply).click({ force: true });
  await inbox.editor.fill('Sent but once.');
  await inbox.button('Send', inbox.reply).dblclick();
  await inbox.message('Sent but once.').waitFor();
  const agent = await api('agent');
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).message_count, 2));
  assert.equal(await inbox.message('Sent but once.').count(), 1);
});

stage.test('T4 a double click on Close closes, and does not open again', async ({ visit, api }) => {
  const { subject, conversation, path } = await fresh(stage.server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.button('Close conversation').dblclick();
  await inbox.told(/closed/i);
  await inbox.page.waitForTimeout(300);
  assert.equal((await (await api('agent')).get(`/conversations/${conversation.id}`)).state, 'closed');
});

stage.test('R6 drafts survive reload, each for its conversation and tab, and are never mixed', async ({ visit, server }) => {
  const one = await fresh(server);
  const other = await fresh(server);
  const inbox = await visit({ as: 'agent', path: one.path });
  await inbox.threadIsThere(one.subject);
  await inbox.editor.fill('A reply begun');
  await inbox.reply.getByRole('tab', { name: 'Comment' }).click();
  assert.equal(await inbox.editor.inputValue(), '');
  await inbox.editor.fill('A comment begun');
  await inbox.openRow(other.subject);
  await eventually(async () => assert.equal(await inbox.editor.inputValue(), '', 'not under another conversation'));
  await inbox.editor.fill('For the other one');
  await inbox.openRow(one.subject);
  await draftsAre(inbox, 'A reply begun', 'A comment begun');
  await inbox.page.reload();
  await inbox.threadIsThere(one.subject);
  await draftsAre(inbox, 'A reply begun', 'A comment begun');
  await inbox.openRow(other.subject);
  await inbox.reply.getByRole('tab', { name: 'Reply' }).click();
  await eventually(async () => assert.equal(await inbox.editor.inputValue(), 'For the other one'));
  await inbox.button('Send', inbox.reply).click();
  await inbox.message('For the other one').waitFor();
  // Until the server has it, it is kept: a tab that closes before loses nothing.
  await eventually(async () => {
    const kept = await inbox.page.evaluate(() => Object.values({ ...localStorage }));
    assert.ok(!kept.includes('For the other one'), 'what was sent is not kept');
  });
  await inbox.page.reload();
  await inbox.threadIsThere(other.subject);
  assert.equal(await inbox.editor.inputValue(), '', 'what was sent is no draft any more');
});

stage.test('R6 a reply that had arrived when its tab was reloaded is not sent twice', async ({ visit, server }) => {
  const { subject, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path, expected: [/ERR_/, /Failed to load resource/] });
  await inbox.threadIsThere(subject);
  let lost = true;
  const arrived = new Promise((resolve) => {
    inbox.page.route('**/api/v1/conversations/*/messages', async (route) => {
      if (!lost || route.request().method() !== 'POST') return route.continue();
      lost = false;
      await route.fetch();
      // The answer never reaches the page.
      resolve();
    });
  });
  await inbox.editor.fill('Only once, please.');
  await inbox.button('Send', inbox.reply).click();
  await arrived;
  await inbox.page.reload();
  await inbox.threadIsThere(subject);
  await inbox.message('Only once, please.').waitFor();
  await eventually(async () => assert.equal(await inbox.editor.inputValue(), 'Only once, please.', 'it is kept: nobody said it had arrived'));
  await inbox.button('Send', inbox.reply).click();
  await eventually(async () => assert.equal(await inbox.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')).length), 0));
  await inbox.page.reload();
  await inbox.threadIsThere(subject);
  await inbox.message('Only once, please.').waitFor();
  assert.equal(await inbox.message('Only once, please.').count(), 1);
});

async function draftsAre(inbox, reply, comment) {
  for (const [tab, text] of [['Comment', comment], ['Reply', reply]]) {
    await inbox.reply.getByRole('tab', { name: tab }).click();
    await eventually(async () => assert.equal(await inbox.editor.inputValue(), text));
  }
}

stage.test('P5 when the server is away a reply is not lost: it says so beside the editor, and sending again works', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path, expected: [/ERR_/, /Failed to load resource/] });
  await inbox.threadIsThere(subject);
  await inbox.editor.fill('Words that must not be lost.');
  await server.stop();
  await inbox.button('Send', inbox.reply).click();
  await eventually(async () => assert.match(await inbox.reply.getByRole('alert').innerText(), /\S/));
  assert.equal(await inbox.editor.inputValue(), 'Words that must not be lost.');
  await server.start();
  await inbox.button('Send', inbox.reply).click();
  await inbox.message('Words that must not be lost.').waitFor({ timeout: 10_000 });
  await eventually(async () => assert.equal(await inbox.message('Words that must not be lost.').count(), 1));
  const agent = await api('agent');
  await eventually(async () => assert.equal((await agent.get(`/conversations/${conversation.id}`)).message_count, 2));
});

stage.test('T2 HTML mail is shown in a frame that cannot run scripts, as high as its content', async ({ visit, server }) => {
  const lines = Array.from({ length: 60 }, (_, at) => `<p>Line ${at + 1} of the newsletter</p>`).join('');
  const { subject, path } = await fresh(server, { html: `<h1 style="color:#b00">Autumn</h1>${lines}` });
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  const frame = inbox.articles.first().locator('iframe');
  await frame.waitFor();
  const sandbox = (await frame.getAttribute('sandbox')).split(/\s+/).sort();
  assert.deepEqual(sandbox, ['allow-popups', 'allow-popups-to-escape-sandbox', 'allow-same-origin']);
  assert.match(await frame.getAttribute('title'), /\S/);
  const inside = frame.contentFrame();
  await inside.getByText('Line 60 of the newsletter').waitFor();
  assert.equal(await inside.locator('h1').evaluate((element) => getComputedStyle(element).color), 'rgb(187, 0, 0)', 'faithfully');
  await eventually(async () => {
    const height = (await frame.boundingBox()).height;
    const content = await inside.locator('body').evaluate((body) => body.ownerDocument.documentElement.scrollHeight);
    assert.ok(content > 800 && Math.abs(height - content) <= 4, `${height} px for ${content}`);
  });
});

stage.test('T2 quoted text is folded until one asks', async ({ visit, server }) => {
  const { subject, path } = await fresh(server, {
    text: 'Thank you, that works.\n\nOn Thu, 19 Nov 2026 at 16:02, Support <support@hyllan.example> wrote:\n> Please try again with the new key.\n> The old one is worn out.\n',
  });
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.message('Thank you, that works.').waitFor();
  const quoted = inbox.articles.getByText('Please try again with the new key.');
  assert.equal(await quoted.isVisible(), false);
  const unfold = inbox.articles.first().getByRole('button', { name: /quoted/i }).or(inbox.articles.first().locator('summary'));
  await unfold.first().click();
  await quoted.waitFor();
});

stage.test('T2 attachments are listed with size, pictures shown, and all can be downloaded, the source too', async ({ visit, server }) => {
  const bytes = Buffer.from('Ä text file, 30 bytes long.\n\n');
  const { subject, path } = await fresh(server, {
    text: 'Two files.',
    attachments: [
      { name: 'räkning 2026.txt', type: 'text/plain', bytes },
      { name: 'picture.png', type: 'image/png', bytes: DOT },
    ],
  });
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  const article = inbox.articles.first();
  const link = article.getByRole('link', { name: /räkning 2026\.txt/ }).first();
  assert.match(await article.innerText(), /\d+\s*(B|bytes)/);
  const [download] = await Promise.all([inbox.page.waitForEvent('download'), link.click()]);
  assert.equal(download.suggestedFilename(), 'räkning 2026.txt');
  assert.deepEqual(await readFile(await download.path()), bytes);
  const picture = article.getByRole('link', { name: 'Open picture.png' }).locator('img');
  await eventually(async () => assert.equal(await picture.evaluate((element) => element.naturalWidth), 1, 'the picture is shown'));
  await inbox.messageMenu(article);
  const [source] = await Promise.all([inbox.page.waitForEvent('download'), inbox.choose('Download original')]);
  assert.match(await readFile(await source.path(), 'utf8'), new RegExp(`^Subject: ${subject}`, 'm'));
});

stage.test('T2 pictures from elsewhere are not fetched until one asks for those of this message', async ({ visit, server }) => {
  const picture = (name) => `<p>Look at this</p><img alt="from elsewhere" src="${trap.origin}/${name}.png">`;
  const { subject, path } = await fresh(server, { html: picture('tracked-one') }, { html: picture('tracked-two') });
  const asked = [];
  const inbox = await visit({ as: 'agent', path: null });
  inbox.page.on('request', (request) => asked.push(request.url()));
  await inbox.open(path);
  await inbox.threadIsThere(subject);
  for (const article of await inbox.articles.all()) await article.locator('iframe').contentFrame().getByText('Look at this').waitFor();
  await inbox.page.waitForLoadState('networkidle');
  assert.deepEqual(asked.filter((url) => url.includes('tracked')), []);
  assert.deepEqual(trap.calls.filter((call) => call.includes('tracked')), []);
  assert.match(await inbox.articles.last().innerText(), /not shown/);
  await inbox.articles.last().getByRole('button', { name: 'Show images' }).click();
  await eventually(() => assert.ok(asked.some((url) => /body\?images=1/.test(url))));
  const shown = inbox.articles.last().locator('iframe').contentFrame().getByAltText('from elsewhere');
  await eventually(async () => assert.equal(await shown.evaluate((image) => image.naturalWidth), 1, 'the picture is shown'));
  const pictures = asked.filter((url) => url.includes('tracked'));
  assert.ok(pictures.length > 0);
  for (const url of pictures) {
    assert.equal(new URL(url).origin, server.origin, 'the browser asks nobody but us');
    assert.match(url, /\/image\?url=.*tracked-two/, 'the other message’s are not asked for');
  }
  const heard = trap.heard.filter((call) => call.url.includes('tracked'));
  assert.ok(heard.length > 0);
  const browser = await inbox.page.evaluate(() => navigator.userAgent);
  for (const { url, headers } of heard) {
    assert.equal(url, '/tracked-two.png');
    assert.deepEqual(Object.keys(headers).sort(), ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'], 'no cookie, no referrer');
    assert.notEqual(headers['user-agent'], browser);
  }
});

stage.test('T2 P5 pictures that cannot be fetched are told, and asked for again', async ({ visit, server }) => {
  const gone = '<p>Look at this</p><img alt="from nowhere" src="http://127.0.0.1:9/nothing.png">';
  const { subject, path } = await fresh(server, { html: gone });
  const inbox = await visit({ as: 'agent', path, expected: [/status of 4\d\d|status of 5\d\d/] });
  await inbox.threadIsThere(subject);
  const asked = [];
  inbox.page.on('request', (request) => request.url().includes('nothing') && asked.push(request.url()));
  await inbox.button('Show images', inbox.articles.last()).click();
  await inbox.articles.last().getByText('A picture could not be fetched.').waitFor();
  const before = asked.length;
  await inbox.button('Try again', inbox.articles.last()).click();
  await eventually(() => assert.ok(asked.length > before, 'asked again'));
  await inbox.articles.last().getByText('A picture could not be fetched.').waitFor();
});

stage.test('T7 a bot conversation that waits cannot be closed: the control says why and until when', async ({ visit, api, server }) => {
  const agent = await api('agent');
  const { id } = await agent.inbox('Support');
  const bots = await agent.conversations(id, 'bots', 200);
  const waiting = [];
  for (const item of bots) {
    const answer = await agent.ask('PATCH', `/conversations/${item.id}?preview=true`, { state: 'closed' });
    if (answer.json.refused?.code === 'bot_waits') waiting.push(item);
  }
  assert.ok(waiting.length > 0, 'the demo has a bot conversation whose visitor wrote just now');
  const [item] = waiting;
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/bots/${item.id}` });
  await inbox.articles.first().waitFor();
  const close = inbox.button('Close conversation');
  assert.equal((await close.getAttribute('aria-disabled')) ?? String(await close.isDisabled()), 'true');
  const why = await close.evaluate((element) => {
    const by = element.getAttribute('aria-describedby');
    return [by && document.getElementById(by)?.textContent, element.title, element.dataset.tip].join(' ');
  });
  assert.match(why, /bot/i);
  assert.match(why, /\b\d?\d:\d\d\b/, 'until when');
  await close.click({ force: true });
  assert.equal((await agent.get(`/conversations/${item.id}`)).state, 'open');
  await agent.assign(item.id, (await agent.me()).id);
  await eventually(async () => assert.notEqual(await close.getAttribute('aria-disabled'), 'true'));
  await close.click();
  await eventually(async () => assert.equal((await agent.get(`/conversations/${item.id}`)).state, 'closed'));
  assert.ok(server);
});
