// Custom views (V10): a search kept under a name, one's own or the team's, with a count that stays right.

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
let count = 0;

/** Conversations with a word of their own. */
async function fresh(many = 2) {
  count += 1;
  const word = `kept${'abcdefghij'[count]}word`;
  const letters = Array.from({ length: many }, (_, at) => ({ subject: `${word} letter ${at + 1}`, text: 'Hello from a customer.' }));
  const conversations = await stage.server.receive(letters);
  return { word, letters: letters.map(({ subject }, at) => ({ subject, id: conversations[at].id })) };
}

async function search(inbox, words) {
  await inbox.button('Search conversations').click();
  await inbox.page.getByRole('searchbox').fill(words);
}

/** Keeps what is searched for, and ends up in the view. */
async function keep(inbox, name, { shared = false } = {}) {
  await inbox.button('Save view').click();
  const dialog = inbox.page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  if (shared) await dialog.getByRole('checkbox', { name: 'Share with the team' }).check();
  await inbox.button('Save', dialog).click();
  await inbox.told(/View saved/);
  await inbox.pane.getByRole('heading', { level: 2, name: new RegExp(name) }).waitFor();
}

async function options(inbox, item) {
  await inbox.button('View options', inbox.pane).click();
  await inbox.choose(item);
}

stage.test('V10 S5 a search is kept under a name: in the rail with its count, at an address of its own', async ({ visit }) => {
  const { word, letters } = await fresh(3);
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, `${word} is:open`);
  await inbox.rowIsThere(letters[0].subject);
  await keep(inbox, `Mine ${word}`);
  await inbox.countIs(`Mine ${word}`, 3);
  assert.match(inbox.page.url(), /\/inbox\/\d+\/custom-\d+$/);
  assert.equal(await inbox.view(`Mine ${word}`).getAttribute('aria-current'), 'page');
  assert.equal(await inbox.view('All open').getAttribute('aria-current'), null);
  assert.equal(await inbox.list.getByRole('link').count(), 3);
  await inbox.openRow(letters[1].subject);
  await inbox.page.reload();
  await inbox.threadIsThere(letters[1].subject);
  await inbox.pane.getByRole('heading', { level: 2, name: new RegExp(`Mine ${word}`) }).waitFor();
  await inbox.rowIsThere(letters[2].subject);
  const other = await visit({ as: 'second', path: OPEN });
  await other.list.getByRole('link').first().waitFor();
  await other.page.getByRole('button', { name: /^Sorted by/ }).waitFor();
  assert.equal(await other.view(`Mine ${word}`).count(), 0, 'it is of one agent alone');
});

stage.test('V10 P1 a shared view comes to the team at once, and its count and list follow what is done', async ({ visit, api }) => {
  const { word, letters } = await fresh(3);
  const inbox = await visit({ as: 'agent', path: OPEN });
  const other = await visit({ as: 'second', path: OPEN });
  await search(inbox, `${word} is:open`);
  await keep(inbox, `Team ${word}`, { shared: true });
  await other.view(`Team ${word}`).click();
  await other.countIs(`Team ${word}`, 3);
  await other.pane.getByText(`Finds ${word} is:open`, { exact: true }).waitFor();
  await other.rowIsThere(letters[2].subject);
  await other.page.mouse.move(1_000, 500);
  await (await api('agent')).patch(`/conversations/${letters[0].id}`, { state: 'closed' });
  await other.countIs(`Team ${word}`, 2);
  await inbox.countIs(`Team ${word}`, 2);
  await other.rowIsGone(letters[0].subject);
  await stage.server.receive([{ subject: `${word} letter 4`, text: 'One more.' }]);
  await other.countIs(`Team ${word}`, 3);
  await other.rowIsThere(`${word} letter 4`);
  assert.equal(await other.button('View options', other.pane).count(), 0, 'whose it is not cannot change it');
  const admin = await visit({ as: 'admin', path: OPEN });
  await admin.view(`Team ${word}`).click();
  await admin.button('View options', admin.pane).waitFor();
});

stage.test('V10 P5 a name that is taken is said beside the name; renaming, deleting, and undo', async ({ visit }) => {
  const { word } = await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN, expected: [/status of 422/] });
  await search(inbox, word);
  await keep(inbox, `First ${word}`);
  await search(inbox, `${word} is:open`);
  await inbox.button('Exit search').click();
  await inbox.page.goBack();
  await inbox.open(`${OPEN}?q=${word}`);
  await inbox.button('Save view').click();
  const dialog = inbox.page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill(`first ${word}`);
  await inbox.button('Save', dialog).click();
  const field = dialog.getByRole('textbox', { name: 'Name' });
  await eventually(async () => assert.equal(await field.getAttribute('aria-invalid'), 'true'));
  assert.match(await dialog.getByRole('alert').innerText(), /name/i);
  assert.equal(await field.inputValue(), `first ${word}`, 'what was typed stays');
  await inbox.button('Cancel', dialog).click();
  await inbox.view(`First ${word}`).click();
  await options(inbox, 'Rename');
  const rename = inbox.page.getByRole('dialog', { name: 'Rename the view' });
  await rename.getByRole('textbox', { name: 'Name' }).fill(`Renamed ${word}`);
  await inbox.button('Rename', rename).click();
  await inbox.view(`Renamed ${word}`).waitFor();
  await options(inbox, 'Delete the view');
  await inbox.told(/View deleted/);
  await eventually(async () => assert.equal(await inbox.view(`Renamed ${word}`).count(), 0));
  await eventually(() => assert.ok(inbox.page.url().endsWith(OPEN), inbox.page.url()));
  await inbox.page.keyboard.press('z');
  await inbox.view(`Renamed ${word}`).waitFor();
  await inbox.countIs(`Renamed ${word}`, 2);
});

stage.test('V10 what a view finds is changed by changing its search; its place in the rail by moving it', async ({ visit }) => {
  const { word, letters } = await fresh(2);
  const inbox = await visit({ as: 'second', path: OPEN });
  await search(inbox, word);
  await keep(inbox, `One ${word}`);
  await search(inbox, letters[0].subject);
  await inbox.page.getByRole('searchbox').waitFor();
  assert.equal(await inbox.button('Save view').count(), 0, 'inside a view the search is a passing one');
  await inbox.button('Exit search').click();
  await inbox.rowIsThere(letters[1].subject);
  await options(inbox, 'Change what it finds');
  await inbox.page.getByRole('searchbox').fill(`"${letters[1].subject}"`);
  await inbox.rowIsGone(letters[0].subject);
  await inbox.button(/^Save changes to/).click();
  await inbox.countIs(`One ${word}`, 1);
  await inbox.open(`${OPEN}?q=${word}`);
  await keep(inbox, `Two ${word}`);
  const names = async () => (await inbox.views.getByRole('group', { name: 'My views' }).getByRole('link').allInnerTexts()).map((text) => text.split('\n')[0].trim());
  const place = async (name) => (await names()).indexOf(name);
  assert.ok((await place(`One ${word}`)) < (await place(`Two ${word}`)));
  await options(inbox, 'Move up');
  await eventually(async () => assert.ok((await place(`Two ${word}`)) < (await place(`One ${word}`))));
  await inbox.page.reload();
  await inbox.view(`Two ${word}`).waitFor();
  assert.ok((await place(`Two ${word}`)) < (await place(`One ${word}`)), 'it stays so');
});

stage.test('V10 P2 by keys: s keeps the search, g and a number goes there, the palette finds it; T8 all of it at once', async ({ visit, api }) => {
  const { word, letters } = await fresh(2);
  const inbox = await visit({ as: 'super', path: `${OPEN}?q=${word}` });
  await inbox.rowIsThere(letters[0].subject);
  const { keyboard } = inbox.page;
  await inbox.list.getByRole('link').first().focus();
  await keyboard.press('s');
  const dialog = inbox.page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill(`Keyed ${word}`);
  await keyboard.press('Enter');
  await inbox.told(/View saved/);
  await inbox.open(OPEN);
  await inbox.view(`Keyed ${word}`).waitFor();
  await inbox.list.getByRole('link').first().focus();
  await keyboard.press('ControlOrMeta+k');
  await inbox.page.getByRole('combobox', { name: 'Find anything' }).fill(`keyed ${word}`);
  await inbox.page.getByRole('option', { name: new RegExp(`Keyed ${word}`) }).first().click();
  await inbox.rowIsThere(letters[1].subject);
  await inbox.list.getByRole('checkbox').first().click();
  const bar = inbox.page.getByRole('group', { name: 'Selected conversations' });
  await bar.getByRole('button', { name: /^All / }).click();
  await inbox.button('Close', bar).click();
  await inbox.told(/Closed 2 conversations/);
  for (const it of letters) assert.equal((await (await api('agent')).get(`/conversations/${it.id}`)).state, 'closed');
});
