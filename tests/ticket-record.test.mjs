// What a ticket says beyond its own facts: values of the team's own properties, what is written down on it, its timeline,
// and answering from its page (K2, K9, K10, X4).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const admin = await stage.server.api('admin');
const { id: inboxId } = await agent.inbox('Support');
const [pipeline] = (await agent.get('/pipelines')).items;
const [, ours] = pipeline.statuses;
const WRONG = [/status of 422 .*\/api\/v1\/tickets/];
let count = 0;

/** A property of tickets. */
const defined = async (name, kind, options = []) => (await admin.post('/properties', { object: 'ticket', kind, name, options })).property;

/** A ticket of a customer's mail. */
async function ticket(words) {
  count += 1;
  const subject = `${words} letter ${count}`;
  const from = { name: `Ture Ticket${count}`, email: `ture${count}@ticket.example` };
  const [conversation] = await stage.server.receive([{ subject, from, text: `The shelf of ${words} is broken.` }]);
  const made = (await agent.post(`/conversations/${conversation.id}/ticket`, { name: words })).ticket;
  return { ...made, conversation, subject };
}

const section = (inbox, name) => inbox.main.getByRole('region', { name, exact: true });
const line = (inbox, words) => section(inbox, 'Timeline').getByRole('listitem').filter({ hasText: words });
const valuesOf = async ({ id }) => (await agent.get(`/tickets/${id}`)).ticket.values;

stage.test('K9 X4 P1 a value is filled in on the page, a colleague sees it at once, and it is taken back', async ({ visit }) => {
  await defined('Serial', 'text');
  const wood = await defined('Wood', 'choice', ['Oak', 'Pine']);
  const it = await ticket('With values');
  const inbox = await visit({ as: 'agent', path: `/tickets/${it.id}` });
  const other = await visit({ as: 'second', path: `/tickets/${it.id}` });
  const field = (of) => of.main.getByRole('textbox', { name: 'Serial', exact: true });
  await field(other).waitFor();
  await field(inbox).fill('A-4711');
  await field(inbox).press('Enter');
  await inbox.told(/saved/i);
  await eventually(async () => assert.equal(await field(other).inputValue(), 'A-4711'));
  await section(inbox, 'History').getByText(/changed its properties/).first().waitFor();
  await inbox.button('Undo').last().click();
  await eventually(async () => assert.equal(await field(other).inputValue(), ''));
  await other.main.getByRole('combobox', { name: 'Wood' }).selectOption({ label: 'Pine' });
  await eventually(async () => assert.equal(await inbox.main.getByRole('combobox', { name: 'Wood' }).inputValue(), '2'));
  assert.deepEqual(await valuesOf(it), { [wood.key]: 2 });
  // An option that is renamed is called so in the control without a reload.
  await admin.patch(`/properties/${wood.id}`, { options: [{ id: 1, name: 'Oak' }, { id: 2, name: 'Scots pine' }] });
  await eventually(async () => {
    const chosen = await inbox.main.getByRole('combobox', { name: 'Wood' }).evaluate((select) => select.selectedOptions[0].textContent);
    assert.equal(chosen, 'Scots pine');
  });
});

stage.test('K9 P5 a wrong value is answered beside its control, and what was typed stays; Escape brings back what was', async ({ visit }) => {
  await defined('Weight', 'number');
  const it = await ticket('Wrongly filled in');
  const inbox = await visit({ as: 'agent', path: `/tickets/${it.id}`, expected: WRONG });
  const weight = inbox.main.getByRole('textbox', { name: 'Weight' });
  await weight.fill('heavy');
  await weight.press('Enter');
  await eventually(async () => assert.equal(await weight.getAttribute('aria-invalid'), 'true'));
  const said = await weight.getAttribute('aria-describedby');
  assert.match(await inbox.main.locator(`[id="${said}"]`).innerText(), /Weight.*number/);
  assert.equal(await weight.inputValue(), 'heavy');
  await weight.press('Escape');
  assert.equal(await weight.inputValue(), '');
  await weight.fill('12,50');
  await weight.press('Enter');
  await inbox.told(/saved/i);
  assert.deepEqual(Object.values(await valuesOf(it)), ['12.5']);
});

stage.test('K9 P1 P2 notes, tasks and statuses stand in the timeline for both, by the keyboard alone', async ({ visit }) => {
  const it = await ticket('With notes');
  const inbox = await visit({ as: 'agent', path: `/tickets/${it.id}` });
  const other = await visit({ as: 'second', path: `/tickets/${it.id}` });
  await line(inbox, 'is broken').waitFor();
  await line(other, 'is broken').waitFor();
  await inbox.button('Add note').focus();
  await inbox.page.keyboard.press('Enter');
  const note = inbox.main.getByRole('form', { name: 'Add note' });
  await note.getByRole('textbox', { name: 'Note' }).waitFor();
  const writes = () => inbox.page.evaluate(() => document.activeElement.tagName === 'TEXTAREA');
  for (let press = 0; press < 6 && !(await writes()); press += 1) await inbox.page.keyboard.press('Tab');
  assert.ok(await writes(), 'Tab leads past the other verbs into the form');
  await inbox.page.keyboard.type('Sent a new one.');
  await inbox.page.keyboard.press('Tab');
  await inbox.page.keyboard.press('Enter');
  await line(inbox, 'Sent a new one.').waitFor();
  await line(other, 'Sent a new one.').filter({ hasText: 'Anna Lind' }).waitFor();

  await inbox.button('Create task').click();
  const task = inbox.main.getByRole('form', { name: 'Create task' });
  await task.getByRole('textbox', { name: 'Task' }).fill('Ring the carrier');
  await inbox.button('Create task', task).click();
  await other.main.getByRole('checkbox', { name: 'Ring the carrier' }).check();
  await eventually(async () => assert.ok(await inbox.main.getByRole('checkbox', { name: 'Ring the carrier' }).isChecked()));

  await (await stage.server.api('second')).patch(`/tickets/${it.id}`, { status_id: ours.id });
  for (const each of [inbox, other]) await line(each, `moved it from New to ${ours.name}`).waitFor();
  await inbox.button('What to do with it', line(inbox, 'Sent a new one.')).click();
  await inbox.choose('Delete');
  await eventually(async () => assert.equal(await line(other, 'Sent a new one.').count(), 0));
});

stage.test('K9 M4 R1 the newest mail is answered from the ticket’s page, with the draft the thread has', async ({ visit }) => {
  const it = await ticket('To be answered');
  const inbox = await visit({ as: 'agent', path: `/tickets/${it.id}` });
  const other = await visit({ as: 'second', path: `/tickets/${it.id}` });
  await line(other, 'is broken').waitFor();
  const opens = inbox.button('Reply by mail');
  assert.equal(await opens.getAttribute('aria-expanded'), 'false');
  await opens.click();
  await section(inbox, `Reply ${it.subject}`).or(inbox.reply).first().waitFor();
  await eventually(async () => assert.equal(await inbox.page.evaluate(() => document.activeElement.tagName), 'TEXTAREA', 'one can write at once'));
  await inbox.editor.fill('A new shelf is on its way.');
  await opens.click();
  assert.equal(await inbox.reply.count(), 0, 'put away');
  await opens.click();
  await eventually(async () => assert.equal(await inbox.editor.inputValue(), 'A new shelf is on its way.'));
  await inbox.button('Send', inbox.reply).click();
  for (const each of [inbox, other]) await line(each, 'A new shelf is on its way.').waitFor();
  assert.equal(await inbox.editor.inputValue(), '');
  assert.match(inbox.page.url(), new RegExp(`/tickets/${it.id}$`), 'without leaving the page');
  const { items } = await agent.get(`/conversations/${it.conversation.id}/messages`);
  await (await stage.server.api('agent')).hide(items.at(-1).id);
  for (const each of [inbox, other]) await eventually(async () => assert.equal(await line(each, 'on its way').count(), 0));
});

stage.test('K2 X4 the panel offers own properties, the card those that an admin has chosen for all', async ({ visit }) => {
  const colour = await defined('Colour', 'text');
  const it = await ticket('On card and panel');
  const path = `/inbox/${inboxId}/open/${it.conversation.id}`;
  const inbox = await visit({ as: 'agent', path });
  await inbox.threadIsThere(it.subject);
  await inbox.button('View more', inbox.details).click();
  const panel = inbox.page.getByRole('dialog');
  await inbox.button('Edit displayed properties').click();
  await panel.getByRole('checkbox', { name: 'Colour' }).check();
  await inbox.button('Save', panel).click();
  const field = panel.getByRole('textbox', { name: 'Colour' });
  await field.fill('green');
  await field.press('Enter');
  await inbox.told(/saved/i);
  assert.equal((await valuesOf(it))[colour.key], 'green');
  await inbox.button('Close', panel).click();
  const card = inbox.details.locator('.ticket-card > .fields');
  assert.equal(await card.getByRole('textbox', { name: 'Colour' }).count(), 0, 'the card keeps its own');
  const settings = await visit({ as: 'admin', path: '/settings/properties' });
  const tickets = section(settings, 'Tickets');
  await settings.button('Choose what the card shows', tickets).click();
  await tickets.getByRole('checkbox', { name: 'Colour' }).check();
  await settings.button('Save', tickets).click();
  await tickets.getByText(/Status, Priority, Owner, Colour/).waitFor();
  await eventually(async () => assert.equal(await card.getByRole('textbox', { name: 'Colour' }).inputValue(), 'green'));
});

stage.test('K10 X4 the table has a column for an own property, once it is ticked, also after a reload', async ({ visit }) => {
  const finish = await defined('Finish', 'choice', ['Oiled', 'Lacquered']);
  const it = await ticket('In the table');
  await agent.patch(`/tickets/${it.id}`, { values: { [finish.key]: 2 } });
  const inbox = await visit({ as: 'agent', path: '/tickets' });
  const row = inbox.main.getByRole('row').filter({ hasText: 'In the table' });
  await row.waitFor();
  assert.equal(await inbox.main.getByRole('columnheader', { name: 'Finish' }).count(), 0);
  await inbox.button('Columns').click();
  await inbox.page.getByRole('checkbox', { name: 'Finish' }).check();
  await inbox.page.keyboard.press('Escape');
  await row.getByText('Lacquered').waitFor();
  await agent.patch(`/tickets/${it.id}`, { values: { [finish.key]: 1 } });
  await row.getByText('Oiled').waitFor();
  await inbox.page.reload();
  await row.getByText('Oiled').waitFor();
  await inbox.main.getByRole('columnheader', { name: 'Finish' }).waitFor();
});

stage.test('D7 P1 merging contacts takes the ticket along on a page that is open', async ({ visit }) => {
  const it = await ticket('Whose is it');
  const { contact } = (await agent.get(`/tickets/${it.id}`)).ticket;
  const [{ contact: winner }] = await stage.server.receive([{ subject: 'Another address', from: { name: 'Ture Elsewhere', email: 'ture@elsewhere.example' }, text: 'Hello.' }]);
  const inbox = await visit({ as: 'agent', path: `/tickets/${it.id}` });
  await inbox.main.getByRole('link', { name: contact.name, exact: true }).first().waitFor();
  const merged = await agent.post(`/contacts/${winner.id}/merge`, { loser_id: contact.id });
  await inbox.main.getByRole('link', { name: 'Ture Elsewhere', exact: true }).first().waitFor();
  await section(inbox, 'History').getByText(/merged its contact with another/).waitFor();
  await agent.post(`/commands/${merged.command}/undo`);
  await inbox.main.getByRole('link', { name: contact.name, exact: true }).first().waitFor();
});
