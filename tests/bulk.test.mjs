// Many conversations at once (T8), and what happened with one (T9, T11).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage({ conversations: 6_000 });
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
let count = 0;

/** So many new conversations at the top of All open, oldest first. */
async function fresh(many) {
  count += 1;
  const letters = Array.from({ length: many }, (_, at) => ({ subject: `Ticked letter ${count}.${at + 1}`, text: 'Hello from a customer.' }));
  const conversations = await stage.server.receive(letters);
  return letters.map(({ subject }, at) => ({ subject, id: conversations[at].id }));
}

const state = async (it) => (await agent.get(`/conversations/${it.id}`)).state;
const bar = (inbox) => inbox.page.getByRole('group', { name: 'Selected conversations' });
const rowOf = (inbox, subject) => inbox.list.getByRole('listitem').filter({ hasText: subject });
const box = (inbox, subject) => rowOf(inbox, subject).getByRole('checkbox');

async function begin(visit, letters, path = OPEN) {
  const inbox = await visit({ as: 'agent', path });
  for (const { subject } of letters) await inbox.rowIsThere(subject);
  await box(inbox, letters[0].subject).waitFor({ state: 'attached' });
  return inbox;
}

stage.test('T8 ticking rows one by one and by a range; closing them; one undo brings all back', async ({ visit }) => {
  const letters = await fresh(5);
  const inbox = await begin(visit, letters);
  await box(inbox, letters[4].subject).click();
  await bar(inbox).getByText('1 selected').waitFor();
  await box(inbox, letters[1].subject).click({ modifiers: ['Shift'] });
  await bar(inbox).getByText('4 selected').waitFor();
  await box(inbox, letters[2].subject).click();
  await bar(inbox).getByText('3 selected').waitFor();
  await inbox.button('Close', bar(inbox)).click();
  await inbox.told(/Closed 3 conversations/);
  for (const at of [1, 3, 4]) {
    await inbox.rowIsGone(letters[at].subject);
    assert.equal(await state(letters[at]), 'closed');
  }
  for (const at of [0, 2]) assert.equal(await state(letters[at]), 'open', 'what was not ticked stays');
  assert.equal(await bar(inbox).count(), 0, 'nothing is ticked any more');
  await inbox.page.keyboard.press('z');
  await inbox.told(/Taken back for 3 conversations/);
  for (const it of letters) {
    await eventually(async () => assert.equal(await state(it), 'open'));
    await inbox.rowIsThere(it.subject);
  }
});

stage.test('T8 assign, trash, restore and spam for the ticked', async ({ visit }) => {
  const letters = await fresh(2);
  const inbox = await begin(visit, letters);
  const tick = async () => {
    for (const { subject } of letters) {
      await inbox.rowIsThere(subject);
      await box(inbox, subject).click();
    }
  };
  await tick();
  await inbox.button('Assign', bar(inbox)).click();
  await inbox.page.getByRole('option', { name: /you/ }).click();
  await inbox.told(/Assigned 2 conversations/);
  const me = (await agent.me()).id;
  for (const it of letters) assert.deepEqual((await agent.get(`/conversations/${it.id}`)).owner, { type: 'agent', id: me });
  await tick();
  await inbox.button('Mark as spam', bar(inbox)).click();
  await inbox.told(/Marked 2 conversations as spam/);
  await inbox.open(`/inbox/${id}/spam`);
  await tick();
  await inbox.button('Move to Trash', bar(inbox)).click();
  await inbox.told(/Moved 2 conversations to Trash/);
  await inbox.open(`/inbox/${id}/trash`);
  await tick();
  await inbox.button('Restore', bar(inbox)).click();
  await inbox.told(/Restored 2 conversations/);
  for (const it of letters) {
    const now = await agent.get(`/conversations/${it.id}`);
    assert.equal(now.trashed_at, null);
    assert.equal(now.spam, true, 'exactly as it was');
  }
});

stage.test('T8 all that the view holds, also what was never read; asked first, with the number, and undone as one', async ({ visit }) => {
  const before = (await agent.counts(id)).email;
  assert.ok(before > 300, `${before} open mails`);
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/email` });
  const first = inbox.list.getByRole('checkbox').first();
  await first.waitFor({ state: 'attached' });
  await first.click();
  await bar(inbox).getByRole('button', { name: /^All / }).click();
  const number = new RegExp(String(before).replace(/\B(?=(\d{3})+$)/g, '\\D?'));
  await bar(inbox).getByText(number).waitFor();
  await inbox.button('Mark as spam', bar(inbox)).click();
  const question = inbox.page.getByRole('dialog');
  await question.getByText(number).first().waitFor();
  await inbox.button('Mark as spam', question).click();
  await inbox.page.getByRole('region', { name: 'Bulk actions' }).getByText(/Marking as spam \d|Looking for/).waitFor();
  await inbox.told(/Marked .* as spam/);
  await eventually(async () => assert.equal((await agent.counts(id)).email, 0));
  await eventually(async () => assert.equal(await inbox.count('Email'), 0));
  await inbox.button('Undo', inbox.page.locator('.toast')).click();
  await inbox.told(/Taken back for/);
  await eventually(async () => assert.equal((await agent.counts(id)).email, before), 20_000);
});

stage.test('T8 one that runs can be stopped, and says how many are left', async ({ visit }) => {
  const before = (await agent.counts(id)).closed;
  const inbox = await visit({ as: 'second', path: `/inbox/${id}/closed` });
  const first = inbox.list.getByRole('checkbox').first();
  await first.waitFor({ state: 'attached' });
  await first.click();
  await bar(inbox).getByRole('button', { name: /^All / }).click();
  await inbox.button('Move to Trash', bar(inbox)).click();
  await inbox.button('Move to Trash', inbox.page.getByRole('dialog')).click();
  const jobs = inbox.page.getByRole('region', { name: 'Bulk actions' });
  await inbox.button('Stop', jobs).click();
  await inbox.told(/stopped with .* left/);
  assert.ok((await agent.counts(id)).closed > 0, 'the rest is where it was');
  await inbox.page.keyboard.press('z');
  await eventually(async () => assert.equal((await agent.counts(id)).closed, before), 30_000);
});

stage.test('T8 T7 what could not be done is listed with its reason', async ({ visit }) => {
  const bots = await agent.conversations(id, 'bots', 200);
  let waiting;
  for (const item of bots) {
    const answer = await agent.ask('PATCH', `/conversations/${item.id}?preview=true`, { state: 'closed' });
    if (answer.json.refused?.code === 'bot_waits') waiting = item;
  }
  assert.ok(waiting, 'the demo has a bot conversation whose visitor wrote just now');
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/bots/${waiting.id}` });
  await inbox.articles.first().waitFor();
  const row = inbox.list.getByRole('listitem').filter({ has: inbox.page.locator('[aria-current="true"]') });
  await row.getByRole('checkbox').click();
  await inbox.button('Close', bar(inbox)).click();
  const jobs = inbox.page.getByRole('region', { name: 'Bulk actions' });
  await jobs.getByText(/1 could not be/).waitFor();
  await inbox.button('Which and why', jobs).click();
  const list = inbox.page.getByRole('dialog', { name: 'What could not be done' });
  await list.getByText(/bot/i).waitFor();
  assert.equal(await list.getByRole('link').getAttribute('href'), `/conversations/${waiting.id}`);
  await inbox.button('Close', list).click();
  assert.equal((await agent.get(`/conversations/${waiting.id}`)).state, 'open');
});

stage.test('P2 T8 by keys: x ticks, X all, Escape none; e closes what is ticked', async ({ visit }) => {
  const letters = await fresh(2);
  const inbox = await begin(visit, letters);
  const { keyboard } = inbox.page;
  await inbox.page.getByRole('button', { name: /^Sorted by/ }).waitFor();
  await keyboard.press('j');
  await eventually(async () => assert.equal(await inbox.focused((element) => element.getAttribute('data-row')), '0'));
  await keyboard.press('x');
  await bar(inbox).getByText('1 selected').waitFor();
  await keyboard.press('Shift+X');
  await bar(inbox).getByText(/\d\D?\d{3} selected/).waitFor();
  await keyboard.press('Escape');
  await eventually(async () => assert.equal(await bar(inbox).count(), 0));
  await keyboard.press('x');
  await keyboard.press('j');
  await eventually(async () => assert.equal(await inbox.focused((element) => element.getAttribute('data-row')), '1'));
  await keyboard.press('x');
  await bar(inbox).getByText('2 selected').waitFor();
  await keyboard.press('e');
  await inbox.told(/Closed 2 conversations/);
  for (const it of letters) assert.equal(await state(it), 'closed');
});

stage.test('T8 what a colleague takes out of the list meanwhile is not meant any more', async ({ visit, api }) => {
  const letters = await fresh(2);
  const inbox = await begin(visit, letters);
  for (const { subject } of letters) await box(inbox, subject).click();
  await bar(inbox).getByText('2 selected').waitFor();
  await inbox.page.mouse.move(1_000, 500);
  const second = await api('second');
  await second.patch(`/conversations/${letters[0].id}`, { state: 'closed' });
  await bar(inbox).getByText('1 selected').waitFor();
  await inbox.button('Move to Trash', bar(inbox)).click();
  await inbox.told(/Moved 1 conversation to Trash/);
  assert.equal((await agent.get(`/conversations/${letters[0].id}`)).trashed_at, null);
});

stage.test('T9 T11 the history says what was done, by whom and why, and takes back from there', async ({ visit, api }) => {
  const [letter] = await fresh(1);
  const second = await api('second');
  await second.patch(`/conversations/${letter.id}`, { owner_id: (await agent.me()).id });
  await second.patch(`/conversations/${letter.id}`, { state: 'closed' });
  const inbox = await visit({ as: 'second', path: `${OPEN}/${letter.id}` });
  await inbox.articles.first().waitFor();
  const heading = inbox.details.getByRole('button', { name: 'History' });
  await heading.click();
  const lines = inbox.details.locator('.history').getByRole('listitem');
  const name = (await second.me()).name;
  await lines.filter({ hasText: `${name} closed it` }).waitFor();
  await lines.filter({ hasText: `${name} assigned it to ${(await agent.me()).name}` }).waitFor();
  await lines.filter({ hasText: 'Maja Olsson began it' }).waitFor();
  await lines.filter({ hasText: `${name} closed it` }).getByRole('button', { name: /^Undo/ }).click();
  await eventually(async () => assert.equal(await state(letter), 'open'));
  await lines.filter({ hasText: `${name} reopened it (undo)` }).waitFor();
  await lines.filter({ hasText: /Taken back by/ }).waitFor();
  const other = await visit({ as: 'agent', path: `${OPEN}/${letter.id}` });
  await other.details.getByRole('button', { name: 'History' }).click();
  const theirs = other.details.locator('.history').getByRole('listitem');
  await theirs.filter({ hasText: `${name} closed it` }).waitFor();
  assert.equal(await theirs.getByRole('button', { name: /^Undo/ }).count(), 0, 'what others did is theirs to take back');
  await inbox.page.reload();
  await lines.filter({ hasText: `${name} closed it` }).waitFor();
  assert.equal(await heading.getAttribute('aria-expanded'), 'true', 'it stays as it was left');
});
