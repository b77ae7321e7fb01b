// The pages of contacts, companies, deals and objects (D6, D7), and the settings of properties (X4).

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const admin = await stage.server.api('admin');
const NOT_FOUND = /status of 404 .*\/api\/v1\//;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let count = 0;

/** A customer who has written, by their own name. */
async function customer(text = 'Hello, is anybody there?') {
  count += 1;
  const subject = `Record letter ${count}`;
  const name = `Vera Postcard${count}`;
  const from = { name, email: `vera${count}@postcard.example` };
  const [conversation] = await stage.server.receive([{ subject, from, text }]);
  return { subject, conversation, id: conversation.contact.id, name: conversation.contact.name, email: conversation.contact.email };
}

const page = (id) => `/contacts/${id}`;
const headed = (inbox, name) => inbox.main.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const section = (inbox, name) => inbox.main.getByRole('region', { name, exact: true });
const line = (inbox, words) => section(inbox, 'Timeline').getByRole('listitem').filter({ hasText: words });

stage.test('D7 P1 a contact is edited where it stands, and a colleague sees it without reload', async ({ visit }) => {
  const { id, name } = await customer();
  const inbox = await visit({ as: 'agent', path: page(id) });
  const other = await visit({ as: 'second', path: page(id) });
  await headed(inbox, name);
  await headed(other, name);
  const phone = inbox.main.getByRole('textbox', { name: 'Phone' });
  await phone.fill('+46 70 123 45 67');
  await phone.press('Enter');
  await inbox.told(/saved/i);
  await eventually(async () => assert.equal(await other.main.getByRole('textbox', { name: 'Phone' }).inputValue(), '+46 70 123 45 67'));
  await eventually(async () => assert.equal(await inbox.main.getByRole('link', { name: 'Call' }).getAttribute('href'), 'tel:+46701234567'));
  const named = inbox.main.getByRole('textbox', { name: 'Name' });
  await named.fill('Vera Renamed');
  await named.press('Enter');
  await headed(other, 'Vera Renamed');
  await eventually(async () => assert.match(await other.page.title(), /Vera Renamed/));
});

stage.test('D7 P5 what is wrong with a value is said beside it, and what was typed stays', async ({ visit }) => {
  const { id, name } = await customer();
  const inbox = await visit({ as: 'agent', path: page(id), expected: [/status of 422 .*\/api\/v1\/contacts/] });
  await headed(inbox, name);
  const email = inbox.main.getByRole('textbox', { name: 'Email' });
  await email.fill('not an address');
  await email.press('Enter');
  await inbox.main.getByText(/is not a mail address/).waitFor();
  assert.equal(await email.inputValue(), 'not an address');
  assert.equal(await email.getAttribute('aria-invalid'), 'true');
});

stage.test('D7 P1 T9 notes, tasks, meetings and calls stand in the timeline, for a colleague too, and are taken back', async ({ visit }) => {
  const { id, name, subject } = await customer();
  const inbox = await visit({ as: 'agent', path: page(id) });
  const other = await visit({ as: 'second', path: page(id) });
  await headed(inbox, name);
  await headed(other, name);
  await line(inbox, subject).waitFor();
  await inbox.button('Add note').click();
  const note = inbox.main.getByRole('form', { name: 'Add note' });
  await note.getByRole('textbox', { name: 'Note' }).fill('Likes oak.');
  await inbox.button('Add note', note).click();
  await line(inbox, 'Likes oak.').waitFor();
  await line(other, 'Likes oak.').waitFor();
  assert.equal(await note.count(), 0, 'the form has gone');

  await inbox.button('Create task').click();
  const task = inbox.main.getByRole('form', { name: 'Create task' });
  await task.getByRole('textbox', { name: 'Task' }).fill('Send drawings');
  await task.getByLabel('Due').fill('2026-12-01T09:30');
  await task.getByRole('combobox', { name: 'Assignee' }).selectOption({ label: 'Jonas Karlsson' });
  await inbox.button('Create task', task).click();
  await line(other, 'For Jonas Karlsson').waitFor();
  await other.main.getByRole('checkbox', { name: 'Send drawings' }).check();
  await eventually(async () => assert.ok(await inbox.main.getByRole('checkbox', { name: 'Send drawings' }).isChecked()));

  await inbox.button('Schedule meeting').click();
  const meeting = inbox.main.getByRole('form', { name: 'Schedule meeting' });
  await meeting.getByRole('textbox', { name: 'About' }).fill('The showroom');
  await meeting.getByLabel('Start').fill('2026-12-02T10:00');
  await meeting.getByLabel('End').fill('2026-12-02T11:00');
  await inbox.button('Schedule meeting', meeting).click();
  await line(inbox, 'until 11:00').waitFor();

  await inbox.button('Log call').click();
  const call = inbox.main.getByRole('form', { name: 'Log call' });
  await inbox.button('Log call', call).click();
  await call.getByText('cannot be empty').waitFor();
  await call.getByRole('combobox', { name: 'Outcome' }).selectOption('no_answer');
  await call.getByRole('textbox', { name: /Duration/ }).fill('2,5');
  await inbox.button('Log call', call).click();
  await line(other, 'No answer').filter({ hasText: '2.5 min' }).waitFor();

  await inbox.button('What to do with it', line(inbox, 'Likes oak.')).click();
  await inbox.choose('Edit');
  const edit = inbox.main.getByRole('form', { name: 'Save' });
  await edit.getByRole('textbox', { name: 'Note' }).fill('Likes ash.');
  await inbox.button('Save', edit).click();
  await line(other, 'Likes ash.').waitFor();
  await inbox.button('What to do with it', line(inbox, 'Likes ash.')).click();
  await inbox.choose('Delete');
  await eventually(async () => assert.equal(await line(other, 'Likes ash.').count(), 0));
  await inbox.button('Undo').last().click();
  await line(other, 'Likes ash.').waitFor();
});

stage.test('P1 P5 what is saved of an activity is what was changed: a colleague’s due date and the seconds of a call stay', async ({ visit }) => {
  const { id, name } = await customer();
  const record = { kind: 'contact', id };
  await agent.post('/activities', { record, kind: 'task', text: 'Send drawigns', due: '2026-12-01T09:30:00.000Z' });
  await agent.post('/activities', { record, kind: 'call', outcome: 'busy', text: 'Rnag.', duration_s: 100, at: '2026-11-20T08:15:42.000Z' });
  const activity = async (kind) => {
    const { items } = await agent.get(`/contacts/${id}/timeline`);
    return items.map((it) => it.activity ?? it).find((it) => it.kind === kind);
  };
  const task = await activity('task');
  const inbox = await visit({ as: 'agent', path: page(id) });
  await headed(inbox, name);
  const edit = inbox.main.getByRole('form', { name: 'Save' });
  await inbox.button('What to do with it', line(inbox, 'drawigns')).click();
  await inbox.choose('Edit');
  await admin.patch(`/activities/${task.id}`, { due: '2026-12-24T12:00:00.000Z' });
  await edit.getByRole('textbox', { name: 'Task' }).fill('Send drawings');
  await inbox.button('Save', edit).click();
  await line(inbox, 'Send drawings').waitFor();
  assert.equal((await activity('task')).due, '2026-12-24T12:00:00.000Z');
  await inbox.button('What to do with it', line(inbox, 'Rnag.')).click();
  await inbox.choose('Edit');
  await edit.getByRole('textbox', { name: 'Notes' }).fill('Rang.');
  await inbox.button('Save', edit).click();
  await line(inbox, 'Rang.').waitFor();
  const { duration_s, at } = await activity('call');
  assert.deepEqual({ duration_s, at }, { duration_s: 100, at: '2026-11-20T08:15:42.000Z' });
});

stage.test('D7 P5 a note that was begun is there after a reload, until it is added', async ({ visit }) => {
  const { id, name } = await customer();
  const inbox = await visit({ as: 'agent', path: page(id) });
  await headed(inbox, name);
  await inbox.button('Add note').click();
  await inbox.main.getByRole('textbox', { name: 'Note' }).fill('Half a thou');
  await inbox.page.reload();
  const note = inbox.main.getByRole('form', { name: 'Add note' });
  await eventually(async () => assert.equal(await note.getByRole('textbox', { name: 'Note' }).inputValue(), 'Half a thou'));
  await inbox.button('Add note', note).click();
  await line(inbox, 'Half a thou').waitFor();
  await inbox.page.reload();
  await headed(inbox, name);
  await line(inbox, 'Half a thou').waitFor();
  assert.equal(await note.count(), 0);
});

stage.test('M4 D7 a message that is hidden leaves the timeline at once and comes back with it', async ({ visit }) => {
  const { id, name, conversation } = await customer('My card number is 1234.');
  const inbox = await visit({ as: 'second', path: page(id) });
  await headed(inbox, name);
  await line(inbox, '1234').waitFor();
  const [message] = await agent.thread(conversation.id);
  assert.equal(await line(inbox, '1234').getByRole('link').getAttribute('href'), `/conversations/${conversation.id}/messages/${message.id}`);
  await agent.hide(message.id);
  await eventually(async () => assert.equal(await line(inbox, '1234').count(), 0));
  await agent.post(`/messages/${message.id}/unhide`);
  await line(inbox, '1234').waitFor();
});

stage.test('D6 D7 a company is made and associated, and the association is taken away and back', async ({ visit }) => {
  const { id, name } = await customer();
  const firm = `Postcard Works ${count}`;
  const inbox = await visit({ as: 'agent', path: page(id) });
  const other = await visit({ as: 'second', path: page(id) });
  await headed(inbox, name);
  await headed(other, name);
  await inbox.button('Add a company').click();
  const dialog = inbox.page.getByRole('dialog', { name: 'Add a company' });
  await dialog.getByRole('searchbox').fill(firm);
  await dialog.getByRole('button', { name: new RegExp(`Make the company .${firm}`) }).click();
  const companies = section(inbox, 'Companies');
  await companies.getByRole('link', { name: firm }).waitFor();
  await section(other, 'Companies').getByRole('link', { name: firm }).waitFor();
  await inbox.button(`Remove ${firm}`).click();
  await eventually(async () => assert.equal(await section(other, 'Companies').getByRole('link').count(), 0));
  await inbox.button('Undo').last().click();
  await companies.getByRole('link', { name: firm }).waitFor();
  await companies.getByRole('link', { name: firm }).click();
  await headed(inbox, firm);
  await section(inbox, 'Contacts').getByRole('link', { name }).waitFor();
});

stage.test('D7 two contacts become one after what moves was shown; the old address leads to who stayed; Undo', async ({ visit }) => {
  const [loser, winner] = [await customer(), await customer()];
  await agent.post('/activities', { record: { kind: 'contact', id: loser.id }, kind: 'note', text: 'From the other.' });
  const inbox = await visit({ as: 'agent', path: page(winner.id) });
  await headed(inbox, winner.name);
  await inbox.moreActions(/Merge/);
  const dialog = inbox.page.getByRole('dialog', { name: 'Merge two contacts' });
  await dialog.getByRole('searchbox').fill(loser.name);
  await dialog.getByRole('button', { name: new RegExp(loser.email) }).click();
  await dialog.getByText('1 conversation').waitFor();
  await dialog.getByText('1 note, task, meeting or call').waitFor();
  await inbox.button('Merge', dialog).click();
  await line(inbox, 'From the other.').waitFor();
  await line(inbox, loser.subject).waitFor();
  const old = await visit({ as: 'second', path: page(loser.id) });
  await headed(old, winner.name);
  await old.main.getByText(/was merged into this one/).waitFor();
  assert.ok(old.page.url().endsWith(page(winner.id)), old.page.url());
  await inbox.button('Undo').last().click();
  await eventually(async () => assert.equal(await line(inbox, 'From the other.').count(), 0));
});

stage.test('D7 V9 a contact goes to Trash and back, and for good by an admin only', async ({ visit }) => {
  const { id, name } = await customer();
  const inbox = await visit({ as: 'agent', path: page(id) });
  await headed(inbox, name);
  await inbox.moreActions('Move to Trash');
  await inbox.main.getByText(/is in Trash/).waitFor();
  assert.ok(await inbox.main.getByRole('textbox', { name: 'Name' }).isDisabled());
  assert.equal(await inbox.button('Delete permanently').count(), 0, 'that takes an admin');
  await inbox.button('Restore').click();
  await inbox.button('Add note').waitFor();
  await inbox.moreActions('Move to Trash');
  const boss = await visit({ as: 'admin', path: page(id) });
  await headed(boss, name);
  await boss.button('Delete permanently').click();
  await boss.button('Delete permanently', boss.page.getByRole('dialog')).click();
  await eventually(() => assert.ok(boss.page.url().endsWith('/contacts'), boss.page.url()));
  await inbox.notFound.waitFor();
});

stage.test('M3 D7 a record that is not there says so plainly', async ({ visit }) => {
  for (const path of ['/contacts/999999', '/companies/999999', '/deals/999999', '/objects/999999']) {
    const inbox = await visit({ as: 'agent', path, expected: [NOT_FOUND] });
    await inbox.notFound.waitFor();
    assert.equal(await inbox.main.getByRole('heading', { level: 1 }).count(), 1);
  }
});

stage.test('D7 S5 contacts are looked for by words that stand in the address, and a new one is made', async ({ visit }) => {
  const { name, id } = await customer();
  const inbox = await visit({ as: 'agent', path: '/contacts' });
  const rows = inbox.main.getByRole('row');
  await eventually(async () => assert.ok((await rows.count()) > 10));
  await inbox.main.getByRole('searchbox').fill(name);
  await eventually(async () => assert.equal(await rows.count(), 2));
  assert.match(inbox.page.url(), /q=Vera/);
  await inbox.page.reload();
  await eventually(async () => assert.equal(await rows.count(), 2));
  assert.equal(await inbox.main.getByRole('searchbox').inputValue(), name);
  await inbox.main.getByRole('link', { name }).click();
  await headed(inbox, name);
  assert.ok(inbox.page.url().endsWith(page(id)));
  await inbox.page.goBack();
  await eventually(async () => assert.equal(await inbox.main.getByRole('searchbox').inputValue(), name));
  const tabs = inbox.main.getByRole('navigation', { name: 'Kinds of records' });
  await tabs.getByRole('link', { name: 'Companies' }).click();
  await headed(inbox, 'Companies');
  await inbox.button('New company').click();
  const form = inbox.page.getByRole('form', { name: 'New company' });
  await inbox.button('Make', form).click();
  await form.getByText('cannot be empty').waitFor();
  await form.getByRole('textbox', { name: 'Name' }).fill(`Row of Postcards ${count}`);
  await inbox.button('Make', form).click();
  await headed(inbox, `Row of Postcards ${count}`);
});

stage.test('P1 D7 a contact that a colleague makes comes into the list', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: '/contacts?q=newcomer' });
  await inbox.main.getByText('Nothing here by').waitFor();
  await admin.post('/contacts', { values: { name: 'Newcomer Nilsson' }, links: [] });
  await inbox.main.getByRole('link', { name: 'Newcomer Nilsson' }).waitFor();
});

stage.test('X4 an admin defines a property, which stands on the records of everybody at once', async ({ visit }) => {
  const { id, name } = await customer();
  const inbox = await visit({ as: 'agent', path: page(id) });
  await headed(inbox, name);
  const boss = await visit({ as: 'admin', path: '/settings/properties' });
  await headed(boss, 'Properties');
  const contacts = section(boss, 'Contacts');
  await boss.button('Add a property to Contacts').click();
  const form = contacts.getByRole('form');
  await form.getByRole('textbox', { name: 'Name' }).fill('Tier');
  await form.getByRole('combobox', { name: 'Kind' }).selectOption('choice');
  await form.getByRole('textbox', { name: 'Options' }).fill('Gold\nSilver\nBronze');
  await boss.button('Add property', form).click();
  const tier = inbox.main.getByRole('combobox', { name: 'Tier' });
  await tier.selectOption({ label: 'Silver' });
  await inbox.told(/saved/i);
  // Its order, its words, and where values go when it is gone.
  await boss.button('Move up Silver').click();
  await eventually(async () => assert.deepEqual((await tier.getByRole('option').allInnerTexts()).slice(1), ['Silver', 'Gold', 'Bronze']));
  await boss.button('Delete Silver').click();
  const dialog = boss.page.getByRole('dialog', { name: 'Where do its values go?' });
  await dialog.getByRole('combobox').selectOption({ label: 'Gold' });
  await boss.button('Delete option', dialog).click();
  await eventually(async () => assert.equal(await tier.evaluate((it) => it.selectedOptions[0].label), 'Gold'));
  const names = contacts.getByRole('textbox', { name: 'Name' });
  const field = names.nth((await names.evaluateAll((all) => all.map((it) => it.value))).indexOf('Tier'));
  await field.fill('Level');
  await field.press('Enter');
  await inbox.main.getByRole('combobox', { name: 'Level' }).waitFor();
  await boss.button('Delete Level').click();
  const question = boss.page.getByRole('dialog', { name: /Delete the property .Level/ });
  await question.getByText(/leaves every record/).waitFor();
  await inbox.main.getByRole('combobox', { name: 'Level' }).waitFor();
  await boss.button('Delete', question).click();
  await eventually(async () => assert.equal(await inbox.main.getByRole('combobox', { name: 'Level' }).count(), 0));
  await boss.button('Undo').last().click();
  await inbox.main.getByRole('combobox', { name: 'Level' }).waitFor();
});

stage.test('X4 D6 a type of objects has its own properties and records; who is no admin may look', async ({ visit }) => {
  const boss = await visit({ as: 'admin', path: '/settings/properties' });
  await headed(boss, 'Properties');
  await boss.button('Add a type of objects').click();
  const form = boss.main.getByRole('form', { name: 'Add a type of objects' });
  await form.getByRole('textbox', { name: 'One of them' }).fill('Machine');
  await form.getByRole('textbox', { name: 'Several of them' }).fill('Machines');
  await boss.button('Add type', form).click();
  await section(boss, 'Machines').waitFor();
  const inbox = await visit({ as: 'agent', path: '/settings/properties' });
  await section(inbox, 'Machines').waitFor();
  await inbox.main.getByText(/takes an admin/).waitFor();
  assert.equal(await inbox.main.getByRole('button', { name: /^(Add|Delete|Move)/ }).count(), 0);
  await inbox.open('/contacts');
  await inbox.main.getByRole('link', { name: 'Machines' }).click();
  await headed(inbox, 'Machines');
  await inbox.button('New Machine').click();
  const made = inbox.page.getByRole('form');
  await made.getByRole('textbox', { name: 'Name' }).fill('Press 4');
  await inbox.button('Make', made).click();
  await headed(inbox, 'Press 4');
  await boss.button('Delete Machines').click();
  const question = boss.page.getByRole('dialog', { name: 'Delete “Machines” with 1 object?' });
  await boss.button('Cancel', question).click();
  await section(boss, 'Machines').waitFor();
  await boss.button('Delete Machines').click();
  await boss.button('Delete', question).click();
  await eventually(async () => assert.equal(await section(boss, 'Machines').count(), 0));
  await boss.button('Undo').last().click();
  await section(boss, 'Machines').waitFor();
});

stage.test('P4 the pages of records have nothing that axe finds, at three widths and in both themes', async ({ visit }) => {
  const { id, name } = await customer();
  await agent.post('/companies', { values: { name: 'Axe AB', domain: 'axe.example' }, links: [{ kind: 'contact', id }] });
  await agent.post('/activities', { record: { kind: 'contact', id }, kind: 'task', text: 'Look', due: '2026-11-01T10:00:00.000Z' });
  for (const [path, heading] of [[page(id), name], ['/contacts', 'Contacts'], ['/settings/properties', 'Properties']]) {
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1440, 1024, 375]) {
        const inbox = await visit({ as: 'admin', path, colorScheme, viewport: { width, height: 900 } });
        await headed(inbox, heading);
        if (path === page(id)) await inbox.button('Log call').click();
        const { violations } = await new AxeBuilder({ page: inbox.page }).withTags(RULES).analyze();
        const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target).join(', ')}`);
        assert.deepEqual(found, [], `${path} ${colorScheme} ${width}`);
        assert.ok(await inbox.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} ${width} is too wide`);
      }
    }
  }
}, { timeout: 180_000 });
