// Inboxes, views with their counts, and the panes (V1–V9, V12).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
/** What stands below the views. */
const OFF_THE_INBOX = ['Tickets', 'Contacts'];
const ALWAYS = ['Unassigned', 'Assigned to me', 'All open', 'Chat'];
const MORE = ['Bots', 'Email', 'Messenger', 'Forms', 'Calls', 'All closed', 'Sent', 'Spam', 'Trash'];
const SLUGS = ['unassigned', 'mine', 'open', 'chat', 'bots', 'email', 'messenger', 'forms', 'calls', 'closed', 'sent', 'spam', 'trash'];
let count = 0;

async function fresh(server) {
  count += 1;
  const subject = `Viewed letter ${count}`;
  const [conversation] = await server.receive([{ subject, text: 'Hello from a customer.' }]);
  return { subject, conversation, path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` };
}

/** Runs `action` and checks by how much each count changes, in the browser and at the server. */
async function changesCounts(inbox, client, inboxId, action, wanted) {
  const before = await client.counts(inboxId);
  const names = [...ALWAYS, ...MORE];
  for (const [at, name] of names.entries()) await inbox.countIs(name, before[SLUGS[at]]);
  await action();
  for (const [at, name] of names.entries()) await inbox.countIs(name, before[SLUGS[at]] + (wanted[name] ?? 0));
  await eventually(async () => {
    const after = await client.counts(inboxId);
    for (const [at, name] of names.entries()) assert.equal(after[SLUGS[at]], before[SLUGS[at]] + (wanted[name] ?? 0), `${name} at the server`);
  });
}

stage.test('V1 the picker switches inboxes, and shows only those one may see', async ({ visit, api }) => {
  const boss = await api('admin');
  const sales = await boss.inbox('Sales');
  const admin = await visit({ as: 'admin' });
  await admin.list.getByRole('link').first().waitFor();
  await admin.pickInbox();
  assert.deepEqual((await admin.menuItems()).sort(), ['Sales', 'Support']);
  await admin.choose('Sales');
  await eventually(() => assert.match(admin.page.url(), new RegExp(`/inbox/${sales.id}/`)));
  await admin.countIs('All open', (await boss.counts(sales.id)).open);
  const [first] = await boss.conversations(sales.id, 'open');
  await admin.view('All open').click();
  if (first) await admin.rowIsThere(first.subject || first.contact.name);

  const agent = await visit({ as: 'agent' });
  await agent.list.getByRole('link').first().waitFor();
  await agent.pickInbox();
  assert.deepEqual(await agent.menuItems(), ['Support']);
});

stage.test('X2 an inbox that is not for an agent does not exist for them', async ({ visit, api }) => {
  const sales = await (await api('admin')).inbox('Sales');
  const agent = await api('agent');
  assert.equal((await agent.ask('GET', `/inboxes/${sales.id}/views`)).status, 404);
  assert.equal((await agent.ask('GET', `/conversations?inbox=${sales.id}`)).status, 404);
  const inbox = await visit({ as: 'agent', path: `/inbox/${sales.id}/open`, expected: [/status of 404/] });
  await inbox.page.getByText(/does not exist|do not have access/).first().waitFor();
  assert.ok(!(await inbox.page.content()).includes('Sales'));
});

stage.test('V2 the views stand in order, four always and the rest under More, each with its count', async ({ visit, api }) => {
  const inbox = await visit({ as: 'agent' });
  await inbox.view('Trash').or(inbox.view('Chat')).first().waitFor();
  const names = async () => (await inbox.views.getByRole('link').allInnerTexts()).map((text) => text.replace(/[\d\s.,  ]+$/, '').trim()).filter((name) => !OFF_THE_INBOX.includes(name));
  assert.deepEqual(await names(), ALWAYS);
  await inbox.more();
  await inbox.view('Trash').waitFor();
  assert.deepEqual(await names(), [...ALWAYS, ...MORE]);
  const agent = await api('agent');
  const counts = await agent.counts((await agent.inbox('Support')).id);
  assert.deepEqual(Object.keys(counts), SLUGS);
  for (const [at, name] of [...ALWAYS, ...MORE].entries()) await inbox.countIs(name, counts[SLUGS[at]]);
  assert.ok(counts.open > 10 && counts.chat > 0 && counts.forms > 0, 'the demo has some of each');
});

stage.test('V2 V5 V6 V8 each view lists what it counts', async ({ visit, api }) => {
  const agent = await api('agent');
  const { id } = await agent.inbox('Support');
  const counts = await agent.counts(id);
  const inbox = await visit({ as: 'agent' });
  await inbox.more();
  for (const [at, name] of [...ALWAYS, ...MORE].entries()) {
    const items = await agent.conversations(id, SLUGS[at], 200);
    assert.equal(items.length, Math.min(200, counts[SLUGS[at]]), `${name}: as many as it counts`);
    await inbox.view(name).click();
    await eventually(() => assert.ok(inbox.page.url().endsWith(`/inbox/${id}/${SLUGS[at]}`), inbox.page.url()));
    assert.equal(await inbox.view(name).getAttribute('aria-current'), 'page');
    if (items.length === 0) {
      await eventually(async () => assert.equal(await inbox.list.getByRole('link').count(), 0));
    } else {
      await inbox.rowIsThere(items[0].subject || items[0].contact.name);
    }
  }
});

stage.test('V3 V4 taking and giving back a conversation moves it between Unassigned and Assigned to me', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.more();
  const agent = await api('agent');
  const id = conversation.inbox_id;
  await changesCounts(inbox, agent, id, () => inbox.setOwner('Anna Lind'), { Unassigned: -1, 'Assigned to me': 1 });
  await inbox.view('Assigned to me').click();
  await inbox.rowIsThere(subject);
  await inbox.openRow(subject);
  await changesCounts(inbox, agent, id, () => inbox.setOwner('Jonas Karlsson'), { 'Assigned to me': -1 });
  await inbox.rowIsGone(subject);
  await changesCounts(inbox, agent, id, () => inbox.setOwner('Unassigned'), { Unassigned: 1 });
});

stage.test('V3 who is deactivated owns nothing from then on', async ({ server, api, visit }) => {
  const { conversation, subject, path } = await fresh(server);
  const boss = await api('super');
  const made = await boss.post('/agents', { name: 'Temp Person', email: 'temp@demo.test', role: 'agent', password: 'a password for a while' });
  await boss.assign(conversation.id, made.agent.id);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await eventually(async () => assert.match(await inbox.ownerName(), /Temp Person/));
  await inbox.more();
  await changesCounts(inbox, await api('agent'), conversation.inbox_id, () => boss.patch(`/agents/${made.agent.id}`, { state: 'deactivated' }), { Unassigned: 1 });
  await eventually(async () => assert.doesNotMatch(await inbox.ownerName(), /Temp Person/));
});

stage.test('V5 V7 a mail of ours stands in Sent alone until the contact answers', async ({ visit, server, api }) => {
  const agent = await api('agent');
  const { id } = await agent.inbox('Support');
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/sent` });
  await inbox.more();
  const to = { name: 'Sanne de Boer', email: 'sanne.answers@post.example' };
  const subject = 'We wrote first';
  let made;
  await changesCounts(inbox, agent, id, async () => {
    made = await agent.post('/conversations', { inbox_id: id, to, subject, text: 'A mail of ours.' });
  }, { Sent: 1 });
  await inbox.rowIsThere(subject);
  await inbox.view('All open').click();
  await inbox.rowIsGone(subject);
  const [message] = await agent.thread(made.conversation.id);
  const source = await agent.ask('GET', `/messages/${message.id}/source`);
  const reference = /^Message-ID:\s*<([^>]+)>/im.exec(source.text)?.[1];
  if (!reference) return;
  await changesCounts(inbox, agent, id, () => server.receive([{ subject: `Re: ${subject}`, from: to, text: 'The answer.', inReplyTo: reference }]), {
    'All open': 1, Unassigned: 1, Email: 1,
  });
});

stage.test('V8 closing, spam and trash move a conversation to their views', async ({ visit, server, api }) => {
  const { subject, conversation, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  await inbox.more();
  const agent = await api('agent');
  const id = conversation.inbox_id;
  const out = { 'All open': -1, Unassigned: -1, Email: -1 };
  const back = { 'All open': 1, Unassigned: 1, Email: 1 };
  await changesCounts(inbox, agent, id, () => inbox.button('Close conversation').click(), { ...out, 'All closed': 1 });
  await changesCounts(inbox, agent, id, () => inbox.button('Reopen conversation').click(), { ...back, 'All closed': -1 });
  await changesCounts(inbox, agent, id, () => inbox.moreActions(/^Mark as spam/), { ...out, Spam: 1 });
  await inbox.open(`/inbox/${id}/spam/${conversation.id}`);
  await inbox.rowIsThere(subject);
  await changesCounts(inbox, agent, id, () => inbox.notSpam(), { ...back, Spam: -1 });
  await inbox.open(path);
  await inbox.threadIsThere(subject);
  await changesCounts(inbox, agent, id, () => inbox.moreActions('Move to trash'), { ...out, Trash: 1 });
  await inbox.open(`/inbox/${id}/trash/${conversation.id}`);
  await inbox.rowIsThere(subject);
  await changesCounts(inbox, agent, id, () => inbox.button('Restore').click(), { ...back, Trash: -1 });
});

stage.test('V12 panes are resized by mouse and keyboard, fold, and remember it', async ({ visit, server }) => {
  const { subject, path } = await fresh(server);
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(subject);
  const separator = (name) => inbox.page.getByRole('separator', { name });
  const width = async (locator) => Math.round((await locator.boundingBox()).width);

  const before = await width(inbox.pane);
  const box = await separator(/list/).boundingBox();
  await inbox.page.mouse.move(box.x + box.width / 2, box.y + 200);
  await inbox.page.mouse.down();
  await inbox.page.mouse.move(box.x + box.width / 2 + 60, box.y + 220, { steps: 4 });
  await inbox.page.mouse.up();
  await eventually(async () => assert.ok(Math.abs((await width(inbox.pane)) - before - 60) <= 2, 'the list is 60 px wider'));

  const details = await width(inbox.details);
  await separator(/details/).focus();
  await inbox.page.keyboard.press('ArrowLeft');
  await inbox.page.keyboard.press('ArrowLeft');
  await eventually(async () => assert.ok((await width(inbox.details)) > details, 'the details are wider'));
  const views = await width(inbox.views);
  await separator(/views/).focus();
  await inbox.page.keyboard.press('ArrowRight');
  await eventually(async () => assert.ok((await width(inbox.views)) > views));
  assert.equal(Number(await separator(/views/).getAttribute('aria-valuenow')), await width(inbox.views));
  await inbox.page.keyboard.press('End');
  const widest = await width(inbox.views);
  await inbox.page.keyboard.press('ArrowRight');
  assert.equal(await width(inbox.views), widest, 'not over its limit');

  const wide = [await width(inbox.views), await width(inbox.pane), await width(inbox.details)];
  await inbox.page.reload();
  await inbox.threadIsThere(subject);
  assert.deepEqual([await width(inbox.views), await width(inbox.pane), await width(inbox.details)], wide, 'remembered');

  await inbox.button('Details').click();
  await eventually(async () => assert.equal(await inbox.details.isVisible(), false));
  await inbox.button(/fold the views$/i).click();
  await eventually(async () => assert.ok((await width(inbox.views)) < 100, 'the views are folded'));
  await inbox.page.reload();
  await inbox.threadIsThere(subject);
  assert.equal(await inbox.details.isVisible(), false);
  assert.ok((await width(inbox.views)) < 100);
  await inbox.button('Details').click();
  await inbox.button(/fold the views$/i).click();
  await eventually(async () =>
    assert.deepEqual([await width(inbox.views), await width(inbox.pane), await width(inbox.details)], wide, 'as wide as before'),
  );
});
