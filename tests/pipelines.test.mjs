// The settings of pipelines (A1).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const admin = await stage.server.api('admin');
const pipelines = async () => (await admin.get('/pipelines')).items;
const PATH = '/settings/pipelines';

const section = (inbox, name) => inbox.main.getByRole('region', { name, exact: true });
const statuses = (inbox, name) => inbox.main.getByRole('list', { name: `Statuses of ${name}` });
const named = async (name) => (await pipelines()).find((it) => it.name === name);

stage.test('A1 an admin adds a pipeline and sets its statuses: names, colours, order, open or closed', async ({ visit }) => {
  const inbox = await visit({ as: 'admin', path: PATH });
  const field = inbox.main.getByLabel('New pipeline', { exact: true }).and(inbox.page.locator('input'));
  await inbox.button('Add pipeline').click();
  await inbox.main.getByText('Write a name first.').waitFor();
  await field.fill('Returns');
  await inbox.button('Add pipeline').click();
  const returns = section(inbox, 'Returns');
  await returns.waitFor();
  await returns.getByRole('textbox', { name: 'New status' }).fill('On its way');
  await returns.getByRole('combobox', { name: 'Colour of the new status' }).selectOption('teal');
  await returns.getByRole('button', { name: 'Add status' }).click();
  await eventually(async () => {
    const it = (await named('Returns')).statuses.find(({ name }) => name === 'On its way');
    assert.equal(it?.colour, 'teal');
  });
  await inbox.button('Up: On its way').click();
  await eventually(async () => {
    const order = (await named('Returns')).statuses.map(({ name }) => name);
    assert.deepEqual(order, ['New', 'On its way', 'Closed']);
  });
  await eventually(async () => assert.match(await inbox.page.evaluate(() => document.activeElement.ariaLabel ?? ''), /On its way/));
  const rename = statuses(inbox, 'Returns').getByLabel('Name of the status').nth(1);
  await rename.fill('Parcel on its way');
  await rename.press('Enter');
  await eventually(async () => assert.equal((await named('Returns')).statuses[1].name, 'Parcel on its way'));
  await inbox.main.getByLabel('Colour of Parcel on its way').selectOption('purple');
  await eventually(async () => assert.equal((await named('Returns')).statuses[1].colour, 'purple'));
});

stage.test('A1 a status in use cannot vanish: its tickets move to a chosen one, and that is said first', async ({ visit }) => {
  const [support] = await pipelines();
  const { id } = await admin.inbox('Support');
  const leaving = support.statuses[1];
  await admin.post('/tickets', { inbox_id: id, name: 'In the way', status_id: leaving.id });
  const inbox = await visit({ as: 'admin', path: PATH, expected: [/status of 409/] });
  const kind = inbox.main.getByLabel(`Open or closed: ${leaving.name}`);
  await kind.selectOption('closed');
  await section(inbox, support.name).getByRole('alert').filter({ hasText: /\w/ }).first().waitFor();
  await eventually(async () => assert.equal(await kind.inputValue(), 'open', 'what is refused goes back to what is'));
  await inbox.button(`Delete ${leaving.name}`).click();
  const dialog = inbox.page.getByRole('dialog', { name: /Delete the status/ });
  await dialog.getByRole('combobox', { name: 'Move its tickets to' }).selectOption({ label: support.statuses[2].name });
  await dialog.getByText(/another status to \d+ tickets?/).waitFor();
  await dialog.getByRole('button', { name: 'Delete status' }).click();
  await eventually(async () => {
    const [now] = await pipelines();
    assert.ok(!now.statuses.some((it) => it.id === leaving.id));
  });
  const { items } = await admin.get(`/tickets?q=way&inbox=${id}`);
  assert.equal(items.find(({ name }) => name === 'In the way').status_id, support.statuses[2].id);
});

stage.test('A1 who is no admin sees how pipelines are set, and why nothing can be changed', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: PATH });
  await inbox.main.getByText(/Only admins change pipelines/).waitFor();
  const [support] = await pipelines();
  await section(inbox, support.name).getByText(support.statuses[0].name).waitFor();
  assert.equal(await inbox.main.getByRole('textbox').count(), 0);
  assert.equal(await inbox.main.getByRole('button', { name: /Delete|Add|Up|Down/ }).count(), 0);
});
