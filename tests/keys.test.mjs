// Working without the mouse: keys, the sheet that lists them, the palette (P2), and undo by key (T9).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
let count = 0;

async function fresh(text = 'Hello from a customer.') {
  count += 1;
  const subject = `Keyed letter ${count}`;
  const [conversation] = await stage.server.receive([{ subject, text }]);
  return { subject, conversation };
}

/** The keys have come with the rest of the app. */
async function ready(inbox) {
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.page.getByRole('button', { name: /^Sorted by/ }).waitFor();
}

stage.test('P2 j and k step through the list, o opens, u goes back, e closes, z takes it back', async ({ visit, api }) => {
  await fresh();
  await fresh();
  const { subject, conversation } = await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  await inbox.rowIsThere(subject);
  const { keyboard } = inbox.page;
  await keyboard.press('j');
  await eventually(async () => assert.equal(await inbox.focused((element) => element.getAttribute('data-row')), '0'));
  await keyboard.press('o');
  await inbox.threadIsThere(subject);
  await keyboard.press('j');
  await eventually(async () => assert.equal(await inbox.list.locator('[aria-current="true"]').getAttribute('data-row'), '1'));
  await keyboard.press('k');
  await inbox.threadIsThere(subject);
  await keyboard.press('e');
  await inbox.told(/closed/i);
  const state = async () => (await (await api('agent')).get(`/conversations/${conversation.id}`)).state;
  await eventually(async () => assert.equal(await state(), 'closed'));
  await keyboard.press('z');
  await inbox.told(/undone/i);
  await eventually(async () => assert.equal(await state(), 'open'));
  await keyboard.press('u');
  await eventually(() => assert.ok(inbox.page.url().endsWith(OPEN), inbox.page.url()));
});

stage.test('P2 letters typed right after r are for the reply, not for the keys', async ({ visit, api }) => {
  const { subject, conversation } = await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  await inbox.row(subject).first().click();
  await inbox.heading.waitFor();
  await inbox.page.keyboard.type('rie#!z');
  await inbox.page.keyboard.type(' jello');
  await eventually(async () => assert.match(await inbox.editor.inputValue(), /jello$/));
  const now = await (await api('agent')).get(`/conversations/${conversation.id}`);
  assert.deepEqual([now.state, now.spam, now.trashed_at, now.owner], ['open', false, null, null]);
});

stage.test('P2 g and a letter go to a view; single keys can be switched off', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  const { keyboard } = inbox.page;
  await keyboard.press('g');
  await keyboard.press('d');
  await eventually(() => assert.match(inbox.page.url(), /\/closed$/));
  await keyboard.press('?');
  const sheet = inbox.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  assert.match(await sheet.innerText(), /Next conversation[\s\S]*Go to Unassigned[\s\S]*Find anything/);
  await sheet.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
  await inbox.button('Close', sheet).click();
  await keyboard.press('g');
  await keyboard.press('a');
  await keyboard.press('?');
  await inbox.page.waitForTimeout(200);
  assert.match(inbox.page.url(), /\/closed$/);
  assert.equal(await sheet.count(), 0);
  await inbox.page.reload();
  await ready(inbox);
  await keyboard.press('?');
  await inbox.page.waitForTimeout(200);
  assert.equal(await sheet.count(), 0, 'it stays off after a reload');
});

stage.test('P2 the palette finds actions, views, conversations and contacts', async ({ visit }) => {
  const { subject } = await fresh('A palindrome for the palette.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  const { keyboard } = inbox.page;
  const palette = inbox.page.getByRole('dialog', { name: 'Find anything' });
  await keyboard.press('ControlOrMeta+k');
  await palette.getByRole('combobox').fill('spam');
  await palette.getByRole('option', { name: /Go to Spam/ }).click();
  await eventually(() => assert.match(inbox.page.url(), /\/spam$/));
  await keyboard.press('ControlOrMeta+k');
  await palette.getByRole('combobox').fill('palindrome');
  await palette.getByRole('option', { name: new RegExp(subject) }).waitFor();
  await palette.getByRole('combobox').press('Enter');
  await inbox.threadIsThere(subject);
  await keyboard.press('ControlOrMeta+k');
  await palette.getByRole('combobox').fill('maja ols');
  await palette.getByRole('option', { name: /Maja Olsson.*contact/ }).first().click();
  await eventually(() => assert.match(inbox.page.url(), /\/contacts\/\d+$/));
  await inbox.main.getByRole('heading', { level: 1, name: 'Maja Olsson' }).waitFor();
});

// As somebody else: signing out ends the session that the other tests go on with.
stage.test('P2 the palette and the keys reach the theme, the history, the views of one\'s own, and the way out', async ({ visit }) => {
  const { subject } = await fresh('A word for a view: okapi.');
  const inbox = await visit({ as: 'second', path: `${OPEN}?q=okapi` });
  await inbox.button('Save view').click();
  const dialog = inbox.page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Okapi');
  await inbox.button('Save', dialog).click();
  await inbox.view('Okapi').waitFor();
  await eventually(() => assert.match(inbox.page.url(), /custom-\d+$/));
  const { keyboard } = inbox.page;
  const palette = inbox.page.getByRole('dialog', { name: 'Find anything' });
  const pick = async (typed, name) => {
    await keyboard.press('ControlOrMeta+k');
    await palette.getByRole('combobox').fill(typed);
    await palette.getByRole('option', { name }).first().click();
  };
  const theme = () => inbox.page.evaluate(() => document.documentElement.dataset.theme ?? '');
  await pick('dark', /^Dark theme/);
  await eventually(async () => assert.equal(await theme(), 'dark'));
  await keyboard.press(',');
  await keyboard.press('l');
  await eventually(async () => assert.equal(await theme(), 'light'));
  await pick('theme sys', /^Theme of the system/);
  await eventually(async () => assert.equal(await theme(), ''));
  await pick('rename', /^Rename the view/);
  const rename = inbox.page.getByRole('dialog', { name: 'Rename the view' });
  await rename.getByRole('textbox', { name: 'Name' }).fill('Okapis');
  await inbox.button('Rename', rename).click();
  await inbox.view('Okapis').waitFor();
  await pick('change what', /^Change what the view finds/);
  await inbox.button(/^Save changes to/).waitFor();
  await inbox.button('Exit search').click();
  await inbox.openRow(subject);
  await pick('history', /^History of the conversation/);
  const heading = inbox.details.getByRole('button', { name: 'History' });
  await eventually(async () => assert.equal(await heading.getAttribute('aria-expanded'), 'true'));
  await inbox.details.getByText(/began|started|wrote/i).first().waitFor();
  await keyboard.press('u');
  await pick('delete', /^Delete the view/);
  await eventually(async () => assert.equal(await inbox.view('Okapis').count(), 0));
  await keyboard.press('ControlOrMeta+k');
  await palette.getByRole('combobox').fill('delete the view');
  await palette.getByRole('option', { name: /Search for/ }).waitFor();
  assert.equal(await palette.getByRole('option', { name: /^Delete the view/ }).count(), 0, 'there is none here');
  await keyboard.press('Escape');
  await eventually(async () => assert.equal(await inbox.page.locator('dialog').count(), 0));
  await keyboard.press('?');
  const sheet = inbox.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  assert.match(await sheet.innerText(), /Rename the view[\s\S]*Dark theme[\s\S]*Sign out/);
  await inbox.button('Close', sheet).click();
  await pick('sign out', /^Sign out/);
  await inbox.button('Sign in').waitFor();
});

stage.test('P2 no key does anything while somebody types', async ({ visit, api }) => {
  const { subject, conversation } = await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  await inbox.openRow(subject);
  await inbox.editor.fill('');
  await inbox.editor.pressSequentially('e#!jkuz?');
  assert.equal(await inbox.editor.inputValue(), 'e#!jkuz?');
  await inbox.button('Search conversations').click();
  await inbox.page.getByRole('searchbox').pressSequentially('e#!jk');
  const now = await (await api('agent')).get(`/conversations/${conversation.id}`);
  assert.deepEqual([now.state, now.spam, now.trashed_at], ['open', false, null]);
});

stage.test('P2 M1 by keys: J and K step through the messages, a full stop opens what can be done with one', async ({ visit }) => {
  const { subject } = await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  await inbox.openRow(subject);
  await agent.comment((await agent.bySubject(subject)).id, 'A word among ourselves.');
  await inbox.message('A word among ourselves.').waitFor();
  const { keyboard } = inbox.page;
  const focused = () => inbox.focused((element) => element.innerText);
  await keyboard.press('Shift+J');
  await eventually(async () => assert.match(await focused(), /A word among ourselves/));
  await keyboard.press('Shift+K');
  await eventually(async () => assert.match(await focused(), /Hello from a customer/));
  await keyboard.press('.');
  await inbox.item('Copy link').waitFor();
  assert.match(await inbox.focused((element) => element.innerText), /Copy link/);
  await keyboard.press('Escape');
});

stage.test('P2 j held down passes by; a key pressed then is for the conversation it came to', async ({ visit, api }) => {
  const letters = [];
  for (let n = 0; n < 6; n += 1) letters.push(await fresh());
  const inbox = await visit({ as: 'agent', path: OPEN });
  await ready(inbox);
  await inbox.openRow(letters[5].subject);
  const { keyboard } = inbox.page;
  const steps = inbox.page.url().split('/').length;
  for (let n = 0; n < 4; n += 1) await keyboard.down('j');
  await keyboard.press('e');
  await keyboard.up('j');
  const state = async (at) => (await (await api('agent')).get(`/conversations/${letters[at].conversation.id}`)).state;
  await eventually(async () => assert.equal(await state(1), 'closed', 'four further down'));
  for (const at of [0, 2, 3, 4, 5]) assert.equal(await state(at), 'open');
  assert.equal(inbox.page.url().split('/').length, steps);
});

stage.test('T9 P2 z pressed at once takes back what is still on its way, and every row is in its place again', async ({ visit, api }) => {
  const reader = await api('agent');
  const ours = [];
  for (let nth = 0; nth < 3; nth += 1) ours.push(await fresh());
  for (const { conversation } of ours) await reader.assign(conversation.id, (await reader.me()).id);
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/mine` });
  await ready(inbox);
  const { keyboard } = inbox.page;
  const rows = () => inbox.list.getByRole('link').count();
  const there = await rows();
  assert.ok(there >= 3 && there < 15, 'few enough for all of them to be in the page');
  for (const pause of [0, 30, 0, 120, 0, 60, 300, 0]) {
    await inbox.list.getByRole('link').first().click();
    await inbox.articles.first().waitFor();
    await keyboard.press('e');
    await inbox.page.waitForTimeout(pause);
    await keyboard.press('z');
    await inbox.status.getByText('Undone').first().waitFor();
    await eventually(async () => assert.ok((await reader.conversations(id, 'mine', 200)).length >= there));
    await eventually(async () => assert.equal(await rows(), there, `after ${pause} ms`));
    await inbox.page.waitForTimeout(500);
    assert.equal(await rows(), there, `after ${pause} ms, and later`);
  }
});
