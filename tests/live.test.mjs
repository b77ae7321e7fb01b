// What one does, the others see: at once, once, and after a lost connection as well (P1).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
/** P1: a teammate's change shows within this. */
const WITHIN_MS = 1_000;
let count = 0;

async function fresh(server, text = 'Hello from a customer.') {
  count += 1;
  const subject = `Live letter ${count}`;
  const [conversation] = await server.receive([{ subject, text }]);
  return { subject, conversation, path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` };
}

stage.test('P1 a teammate’s changes show within a second: thread, list, owner, counts', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const jonas = await visit({ as: 'second', path });
  await jonas.threadIsThere(subject);
  const agent = await api('agent');
  const me = await agent.me();
  const open = await jonas.count('All open');
  const unassigned = await jonas.count('Unassigned');

  await agent.comment(conversation.id, 'Only for us to see');
  await eventually(() => jonas.message('Only for us to see').waitFor({ timeout: WITHIN_MS }), WITHIN_MS);
  await agent.assign(conversation.id, me.id);
  await eventually(async () => assert.match(await jonas.ownerName(), /Anna Lind/), WITHIN_MS);
  await eventually(async () => assert.equal(await jonas.count('Unassigned'), unassigned - 1), WITHIN_MS);
  await agent.reply(conversation.id, 'An answer from Anna');
  await eventually(() => jonas.message('An answer from Anna').waitFor({ timeout: WITHIN_MS }), WITHIN_MS);
  await eventually(async () => assert.match(await jonas.row(subject).first().innerText(), /An answer from Anna/), WITHIN_MS);
  await agent.close(conversation.id);
  await eventually(async () => assert.equal(await jonas.row(subject).count(), 0), WITHIN_MS);
  await eventually(async () => assert.equal(await jonas.count('All open'), open - 1), WITHIN_MS);
  await jonas.button('Reopen conversation').waitFor({ timeout: WITHIN_MS });
});

stage.test('P1 from browser to browser: what Anna clicks, Jonas sees', async ({ visit, server }) => {
  const { subject, path } = await fresh(server);
  const anna = await visit({ as: 'agent', path });
  const jonas = await visit({ as: 'second', path });
  await anna.threadIsThere(subject);
  await jonas.threadIsThere(subject);
  await anna.write('Comment', 'Jonas, can you look?');
  await jonas.message('Jonas, can you look?').waitFor({ timeout: WITHIN_MS });
  await anna.button('Close conversation').click();
  await jonas.button('Reopen conversation').waitFor({ timeout: WITHIN_MS });
  await jonas.button('Reopen conversation').click();
  await anna.rowIsThere(subject);
});

stage.test('P1 mail from outside shows in the list and the counts while it is open', async ({ visit, server, api }) => {
  const agent = await api('agent');
  const { id } = await agent.inbox('Support');
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/open` });
  await inbox.list.getByRole('link').first().waitFor();
  const before = await inbox.count('All open');
  const { subject } = await fresh(server);
  await inbox.rowIsThere(subject);
  await inbox.countIs('All open', before + 1);
});

stage.test('P1 a new mail in the open thread appears in it', async ({ visit, server }) => {
  count += 1;
  const subject = `Live letter ${count}`;
  const first = `live-${count}@post.example`;
  const [conversation] = await server.receive([{ subject, text: 'The first letter.', id: first }]);
  const inbox = await visit({ as: 'agent', path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` });
  await inbox.threadIsThere(subject);
  await server.receive([{ subject, text: 'The second letter.', inReplyTo: first }]);
  await inbox.message('The second letter.').waitFor();
  assert.equal(await inbox.articles.count(), 2);
});

stage.test('P1 the tabs of one browser share one event stream, and it passes on when its tab closes', async ({ visit, tab, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const streams = [];
  const first = await visit({ as: 'agent', path: null });
  first.context.on('request', (request) => {
    if (request.url().includes('/api/v1/events')) streams.push(request);
  });
  await first.open(path);
  await first.threadIsThere(subject);
  const second = await tab(first.context, path);
  const third = await tab(first.context, path);
  await second.threadIsThere(subject);
  await third.threadIsThere(subject);
  const agent = await api('second');
  await agent.comment(conversation.id, 'Seen in every tab');
  for (const one of [first, second, third]) await one.message('Seen in every tab').waitFor({ timeout: WITHIN_MS });
  assert.equal(streams.length, 1, 'one stream for three tabs');
  await first.page.close();
  await eventually(() => assert.equal(streams.length, 2, 'another tab has taken over'));
  await agent.comment(conversation.id, 'Seen in those that are left');
  for (const one of [second, third]) await one.message('Seen in those that are left').waitFor();
  assert.equal(streams.length, 2);
});

stage.test('P1 after the server was away all is caught up with, none missed, none twice', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const expected = [/ERR_CONNECTION_REFUSED/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /ERR_EMPTY_RESPONSE/, /ERR_CONNECTION_RESET/, /events/];
  const inbox = await visit({ as: 'second', path, expected });
  await inbox.threadIsThere(subject);
  await server.stop();
  await inbox.told(/connect|offline/i);
  await server.start();
  const agent = await api('agent');
  for (let at = 1; at <= 5; at += 1) await agent.comment(conversation.id, `While away, ${at}.`);
  await agent.assign(conversation.id, (await agent.me()).id);
  const arrived = await fresh(server, 'It came while the connection was gone.');
  await eventually(async () => {
    for (let at = 1; at <= 5; at += 1) assert.equal(await inbox.message(`While away, ${at}.`).count(), 1);
  }, 15_000);
  await eventually(async () => assert.match(await inbox.ownerName(), /Anna Lind/));
  await inbox.rowIsThere(arrived.subject);
  await eventually(async () => {
    const texts = await inbox.status.allInnerTexts();
    assert.ok(!texts.some((text) => /connect|offline/i.test(text)), 'the note is gone');
  });
});

stage.test('P1 P5 a refused action is taken back, and the reason is said', async ({ visit, server }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path, expected: [/status of 409/] });
  await inbox.threadIsThere(subject);
  const before = await inbox.count('All open');
  const reason = 'A bot is talking with this visitor.';
  await inbox.page.route(`**/api/v1/conversations/${conversation.id}*`, async (route) => {
    if (route.request().method() !== 'PATCH') return route.fallback();
    const problem = { type: 'about:blank', title: 'Conflict', status: 409, detail: reason, code: 'bot_waits', errors: [] };
    return route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  });
  await inbox.button('Close conversation').click();
  await inbox.told(new RegExp(reason));
  await inbox.rowIsThere(subject);
  await inbox.button('Close conversation').waitFor();
  await inbox.countIs('All open', before);
});

stage.test('P1 counts stay right through many changes by many', async ({ visit, server, api }) => {
  const letters = Array.from({ length: 6 }, (_, at) => ({ subject: `Counted ${at}`, text: 'One of six.' }));
  const conversations = await server.receive(letters);
  const inboxId = conversations[0].inbox_id;
  const inbox = await visit({ as: 'second', path: `/inbox/${inboxId}/open` });
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.more();
  const [anna, admin] = [await api('agent'), await api('admin')];
  const me = await anna.me();
  await Promise.all([
    anna.assign(conversations[0].id, me.id),
    admin.close(conversations[1].id),
    anna.spam(conversations[2].id),
    admin.trash(conversations[3].id),
    anna.close(conversations[4].id).then(() => admin.reopen(conversations[4].id)),
    admin.trash(conversations[5].id).then(() => admin.delete(`/conversations/${conversations[5].id}`)),
  ]);
  const counts = await (await api('second')).counts(inboxId);
  for (const [name, view] of [['All open', 'open'], ['Unassigned', 'unassigned'], ['Spam', 'spam'], ['Trash', 'trash'], ['All closed', 'closed']]) {
    await inbox.countIs(name, counts[view]);
  }
});
