// What reaches further than the thing pressed says so before it is done (K8): for many at once, and for good. And what else
// the customer has (D4).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
let count = 0;

async function fresh(many, email) {
  count += 1;
  const from = { name: 'Nora Nymark', email: email ?? `nora${count}@reach.example` };
  const letters = Array.from({ length: many }, (_, at) => ({ subject: `Reaching letter ${count}.${at + 1}`, from, text: 'Please help.' }));
  const conversations = await stage.server.receive(letters);
  return letters.map(({ subject }, at) => ({ ...conversations[at], subject }));
}

const ticket = async (conversation, name) => (await agent.post(`/conversations/${conversation.id}/ticket`, { name })).ticket;
const bar = (inbox) => inbox.page.getByRole('group', { name: 'Selected conversations' });
const tick = (inbox, { subject }) => inbox.list.getByRole('listitem').filter({ hasText: subject }).getByRole('checkbox').click();

stage.test('K8 T8 what a bulk action changes besides is said before; where there is nothing it is not asked', async ({ visit }) => {
  const [one, two, three] = await fresh(3);
  const name = 'Goes along';
  const made = await ticket(one, name);
  const inbox = await visit({ as: 'agent', path: OPEN });
  for (const it of [one, two, three]) await inbox.rowIsThere(it.subject);
  await tick(inbox, one);
  await tick(inbox, two);
  await inbox.button('Move to Trash', bar(inbox)).click();
  const dialog = inbox.page.getByRole('dialog', { name: /Move to Trash: 2 conversations/ });
  await dialog.getByText('Also moves 1 ticket to Trash.').waitFor();
  await inbox.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal((await agent.get(`/tickets/${made.id}`)).ticket.trashed_at, null, 'nothing was done');
  await inbox.button('Move to Trash', bar(inbox)).click();
  await dialog.getByRole('button', { name: 'Move to Trash' }).click();
  await inbox.told(/Moved 2 conversations to Trash/);
  await eventually(async () => assert.notEqual((await agent.get(`/tickets/${made.id}`)).ticket.trashed_at, null));
  await tick(inbox, three);
  await inbox.button('Move to Trash', bar(inbox)).click();
  await inbox.told(/Moved 1 conversation to Trash/);
  assert.equal(await inbox.page.getByRole('dialog').count(), 0, 'one without a ticket is not asked about');
  await inbox.page.keyboard.press('z');
  await inbox.rowIsThere(three.subject);
  await inbox.page.keyboard.press('z');
  await eventually(async () => assert.equal((await agent.get(`/tickets/${made.id}`)).ticket.trashed_at, null, 'undo brings the ticket back too'));
});

stage.test('K8 T8 assigning many says that tickets follow', async ({ visit }) => {
  const [one] = await fresh(1);
  const made = await ticket(one, 'Follows');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.rowIsThere(one.subject);
  await tick(inbox, one);
  await inbox.button('Assign', bar(inbox)).click();
  await inbox.page.getByRole('option', { name: /you/ }).click();
  const dialog = inbox.page.getByRole('dialog', { name: /Assign to Anna Lind: 1 conversation/ });
  await dialog.getByText('Also changes the owner of 1 ticket.').waitFor();
  await dialog.getByRole('button', { name: /Assign/ }).click();
  const me = (await agent.me()).id;
  await eventually(async () => assert.equal((await agent.get(`/tickets/${made.id}`)).ticket.owner_id, me));
});

stage.test('K7 K8 V9 deleting a conversation for good says that its ticket goes too', async ({ visit }) => {
  const [one] = await fresh(1);
  const made = await ticket(one, 'Lost with it');
  await agent.trash(one.id);
  const inbox = await visit({ as: 'agent', path: `/inbox/${id}/trash/${one.id}` });
  await inbox.threadIsThere(one.subject);
  await inbox.button('Delete permanently').click();
  const dialog = inbox.page.getByRole('dialog', { name: 'Delete permanently?' });
  await dialog.getByText(/1 message and all attachments are gone, for everyone/).waitFor();
  await dialog.getByText('Also deletes 1 ticket for good.').waitFor();
  await dialog.getByText('This cannot be undone.').waitFor();
  await dialog.getByRole('button', { name: 'Delete permanently' }).click();
  await inbox.rowIsGone(one.subject);
  await eventually(async () => assert.equal((await agent.ask('GET', `/tickets/${made.id}`)).status, 404));
});

stage.test('D4 the contact’s other conversations and tickets, newest first, each a link, only those one may see', async ({ visit }) => {
  const [one, two, three] = await fresh(3, 'other@reach.example');
  const names = ['The first issue', 'The second issue', 'The third issue'];
  const made = [];
  for (const [at, it] of [one, two, three].entries()) made.push(await ticket(it, names[at]));
  const sales = (await (await stage.server.api('super')).get('/inboxes')).items.find(({ name }) => name !== 'Support');
  if (sales) {
    const [secret] = await stage.server.receive([{ subject: 'Not for everybody', from: { name: 'Nora Nymark', email: 'other@reach.example' }, text: 'Hush.' }], sales.name);
    await (await stage.server.api('super')).post(`/conversations/${secret.id}/ticket`, { name: 'A secret issue' });
  }
  const inbox = await visit({ as: 'agent', path: `${OPEN}/${two.id}` });
  await inbox.threadIsThere(two.subject);
  const links = (section) => inbox.details.getByRole('region', { name: section }).or(inbox.details.locator('details, section').filter({ has: inbox.page.getByRole('button', { name: section }) })).first().getByRole('link');
  const others = links(/^Other tickets/);
  await others.first().waitFor();
  assert.deepEqual((await others.allInnerTexts()).map((text) => text.split('\n')[0]), [names[2], names[0]], 'newest first, without its own');
  assert.deepEqual(await others.evaluateAll((all) => all.map((it) => it.getAttribute('href'))), [`/tickets/${made[2].id}`, `/tickets/${made[0].id}`]);
  assert.equal(await inbox.details.getByText('A secret issue').count(), await seesSecret(sales) ? 1 : 0);
  await agent.post(`/tickets/${made[2].id}/trash`);
  await eventually(async () => assert.equal(await others.count(), 1, 'what goes to Trash leaves the list by itself'));
});

/** Whether the agent of these tests may see that inbox. */
async function seesSecret(inbox) {
  return Boolean(inbox) && (await agent.get('/inboxes')).items.some(({ id }) => id === inbox.id);
}
