// The ticket of a conversation, and what is known of the customer beside it (K1 to K8, D1 to D6, T3, T5).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
let count = 0;

/** A conversation of a customer of its own. */
async function fresh(words = 'A thing to follow') {
  count += 1;
  const letter = { subject: `${words} ${'abcdefghijklmnop'[count]}${count}`, from: { name: 'Nora Nymark', email: `nora${count}@kund.example` }, text: 'Please help.' };
  const [conversation] = await stage.server.receive([letter]);
  return { ...conversation, subject: letter.subject };
}

const at = (conversation) => `${OPEN}/${conversation.id}`;
const ticketOf = async (conversation) => (await agent.get(`/conversations/${conversation.id}`)).ticket;
const ticketed = async (words) => {
  const conversation = await fresh(words);
  await agent.post(`/conversations/${conversation.id}/ticket`, { name: `Ticket of ${conversation.subject}` });
  return { ...conversation, ticket: await ticketOf(conversation) };
};
const card = (inbox) => inbox.details.locator('.ticket-card');
const statusButton = (inbox) => inbox.reply.getByRole('button', { name: /^Ticket status/ });

stage.test('K1 T3 K4 a ticket is made for a conversation: in the sidebar, the head, over the editor and in the row', async ({ visit }) => {
  const conversation = await fresh();
  const other = await visit({ as: 'second', path: at(conversation) });
  await other.threadIsThere(conversation.subject);
  const inbox = await visit({ as: 'agent', path: at(conversation), expected: [/status of 422/] });
  await inbox.threadIsThere(conversation.subject);
  await inbox.button('Create ticket', inbox.details).click();
  const name = inbox.details.getByRole('textbox', { name: 'Name' });
  assert.equal(await name.inputValue(), conversation.subject, 'its subject is what it is called at first');
  await name.fill('');
  await inbox.button('Create', inbox.details).click();
  await inbox.details.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await name.fill('Broken shelf');
  await inbox.button('Create', inbox.details).click();
  await inbox.told(/Ticket created/);
  for (const each of [inbox, other]) {
    await each.details.getByRole('link', { name: 'Broken shelf' }).waitFor();
    await each.main.getByRole('link', { name: 'Broken shelf' }).waitFor();
    await statusButton(each).filter({ hasText: 'New' }).waitFor();
    await each.row(conversation.subject).getByText('New', { exact: true }).waitFor();
  }
  assert.match(await inbox.main.getByRole('link', { name: 'Broken shelf' }).getAttribute('href'), /^\/tickets\/\d+$/);
  assert.equal(await inbox.main.getByRole('link', { name: 'Broken shelf' }).getAttribute('target'), '_blank');
  assert.equal(await inbox.button('Create ticket').count(), 0, 'it has one, and keeps it');
});

stage.test('K1 a conversation is added to a ticket there is', async ({ visit }) => {
  const first = await ticketed('Together');
  const second = await fresh('Together too');
  const inbox = await visit({ as: 'agent', path: at(second) });
  await inbox.threadIsThere(second.subject);
  await inbox.button('Add to a ticket', inbox.details).click();
  await inbox.details.getByRole('searchbox').fill(first.ticket.name);
  await inbox.details.getByRole('button', { name: new RegExp(first.ticket.name) }).click();
  await inbox.told(/Added to the ticket/);
  await inbox.details.getByRole('link', { name: first.ticket.name }).waitFor();
  assert.equal((await ticketOf(second)).id, first.ticket.id);
});

stage.test('P5 what the server refuses to look up is said beside the field, and typing again works', async ({ visit }) => {
  const first = await ticketed('Found in the end');
  const second = await fresh('Looking for it');
  const inbox = await visit({ as: 'agent', path: at(second), expected: [/status of 503 .*\/tickets\?/, /ERR_INTERNET_DISCONNECTED/] });
  await inbox.threadIsThere(second.subject);
  const asked = /\/api\/v1\/tickets\?/;
  const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'The search is resting.', code: 'busy' };
  await inbox.page.route(asked, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }));
  await inbox.button('Add to a ticket', inbox.details).click();
  const field = inbox.details.getByRole('searchbox');
  const alert = inbox.details.getByRole('alert').filter({ hasText: /\w/ });
  await alert.filter({ hasText: 'The search is resting.' }).waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await inbox.page.unroute(asked);
  await inbox.page.route(asked, (route) => route.abort('internetdisconnected'));
  await field.fill('Found');
  await alert.filter({ hasText: 'cannot be reached' }).waitFor();
  assert.equal(await inbox.details.getByText('Nothing by these words.').count(), 0, 'nobody knows whether there is something');
  await inbox.page.unroute(asked);
  await field.fill(first.ticket.name);
  await inbox.details.getByRole('button', { name: new RegExp(first.ticket.name) }).waitFor();
  assert.equal(await alert.count(), 0);
  assert.equal(await field.getAttribute('aria-invalid'), null);
});

stage.test('K1 of what is looked up the latest question counts, however late an earlier answer comes', async ({ visit }) => {
  const [first, second] = [await ticketed('Slow answer'), await ticketed('Quick answer')];
  const conversation = await fresh('Typed twice');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await inbox.button('Add to a ticket', inbox.details).click();
  const field = inbox.details.getByRole('searchbox');
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await inbox.page.route(/\/tickets\?.*q=.*Slow/, async (route) => {
    await held;
    await route.continue();
  });
  const slow = inbox.page.waitForRequest(/\/tickets\?.*q=.*Slow/);
  await field.fill(first.ticket.name);
  await slow;
  await field.fill(second.ticket.name);
  const offered = inbox.details.getByRole('list', { name: 'Found' }).getByRole('listitem');
  await offered.filter({ hasText: second.ticket.name }).waitFor();
  const late = inbox.page.waitForResponse(/\/tickets\?.*q=.*Slow/);
  release();
  await late;
  await inbox.page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  assert.deepEqual((await offered.allInnerTexts()).map((text) => text.includes(second.ticket.name)), [true]);
});

stage.test('K4 K5 K8 closing a ticket says first what else it closes; opening it again opens the only one', async ({ visit }) => {
  const conversation = await ticketed('To be closed');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  const other = await visit({ as: 'second', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await other.threadIsThere(conversation.subject);
  await statusButton(inbox).click();
  const panel = inbox.page.getByRole('dialog', { name: /^Ticket status/ });
  await panel.getByRole('button', { name: /^Closed/ }).filter({ hasText: 'Also closes 1 conversation.' }).waitFor();
  await panel.getByRole('button', { name: /^Closed/ }).click();
  for (const each of [inbox, other]) {
    await each.button('Reopen conversation').waitFor();
    await statusButton(each).filter({ hasText: 'Closed' }).waitFor();
  }
  await statusButton(inbox).click();
  await panel.getByRole('button', { name: /^New/ }).filter({ hasText: 'Also reopens 1 conversation.' }).waitFor();
  await panel.getByRole('button', { name: /^New/ }).click();
  for (const each of [inbox, other]) await each.button('Close conversation').waitFor();
});

stage.test('K8 the menu says of another closed status, too, that it closes what was opened since', async ({ visit, api }) => {
  const admin = await api('admin');
  const [pipeline] = (await agent.get('/pipelines')).items;
  await admin.post(`/pipelines/${pipeline.id}/statuses`, { name: 'Given up', colour: 'grey', closed: true });
  const closed = pipeline.statuses.find((status) => status.closed);
  const conversation = await ticketed('Closed twice');
  await agent.patch(`/tickets/${conversation.ticket.id}`, { status_id: closed.id });
  await agent.reopen(conversation.id);
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await statusButton(inbox).filter({ hasText: closed.name }).click();
  const panel = inbox.page.getByRole('dialog', { name: /^Ticket status/ });
  await panel.getByRole('button', { name: /^Given up/ }).filter({ hasText: 'Also closes 1 conversation.' }).waitFor();
  assert.doesNotMatch(await panel.getByRole('button', { name: /^New/ }).innerText(), /closes/);
});

stage.test('K3 K8 the owner picker says that the ticket gets the same owner, and says nothing without a ticket', async ({ visit }) => {
  const conversation = await fresh('With and without');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  const note = inbox.page.getByText('The ticket gets the same owner.');
  await inbox.main.getByRole('button', { name: /^Owner/ }).click();
  await inbox.page.getByRole('listbox').getByRole('option').first().waitFor();
  assert.equal(await note.count(), 0);
  await inbox.page.keyboard.press('Escape');
  await agent.post(`/conversations/${conversation.id}/ticket`, { name: 'Now with one' });
  await statusButton(inbox).waitFor();
  await inbox.main.getByRole('button', { name: /^Owner/ }).click();
  await note.waitFor();
});

stage.test('K3 K6 the conversation’s owner goes to the ticket and never back; closing the conversation leaves the ticket', async ({ visit }) => {
  const conversation = await ticketed('Whose is it');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await inbox.setOwner(/Jonas/);
  await eventually(async () => {
    const owner = card(inbox).getByRole('combobox', { name: 'Owner' });
    assert.match(await owner.evaluate((select) => select.selectedOptions[0].textContent), /Jonas/);
  });
  await card(inbox).getByRole('combobox', { name: 'Owner' }).selectOption({ label: 'Anna Lind' });
  await inbox.told(/Ticket changed/);
  assert.match(await inbox.ownerName(), /Jonas/, 'the conversation stays with whom it is');
  await inbox.button('Close conversation').click();
  await inbox.told(/Conversation closed/);
  assert.equal((await ticketOf(conversation)).closed, false);
});

stage.test('K7 K8 V9 moving a conversation to Trash takes its ticket along and says so first; Restore brings both back', async ({ visit }) => {
  const conversation = await ticketed('Thrown away');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await inbox.moreActions(/trash/i);
  const question = inbox.page.getByRole('dialog', { name: 'Move to Trash?' });
  await question.getByText('Also moves 1 ticket to Trash.').waitFor();
  await inbox.button('Cancel', question).click();
  assert.equal((await agent.get(`/conversations/${conversation.id}`)).trashed_at, null, 'nothing is done before it is agreed to');
  await inbox.moreActions(/trash/i);
  await inbox.button('Move to Trash', question).click();
  await inbox.told(/Moved to Trash/);
  assert.notEqual((await agent.get(`/tickets/${conversation.ticket.id}`)).ticket.trashed_at, null);
  await inbox.open(`/inbox/${id}/trash/${conversation.id}`);
  await inbox.threadIsThere(conversation.subject);
  await inbox.main.getByRole('button', { name: 'Restore', exact: true }).click();
  const restore = inbox.page.getByRole('dialog', { name: 'Restore?' });
  await restore.getByText('Also restores 1 ticket.').waitFor();
  await inbox.button('Restore', restore).click();
  await inbox.told(/Conversation restored/);
  assert.equal((await agent.get(`/tickets/${conversation.ticket.id}`)).ticket.trashed_at, null);
});

stage.test('K2 P5 the card is edited in place; View more has what is chosen to be displayed there', async ({ visit }) => {
  const conversation = await ticketed('On the card');
  const inbox = await visit({ as: 'agent', path: at(conversation), expected: [/status of 422/] });
  const other = await visit({ as: 'second', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await other.threadIsThere(conversation.subject);
  await card(inbox).getByRole('combobox', { name: 'Priority' }).selectOption('high');
  await eventually(async () => assert.equal(await card(other).getByRole('combobox', { name: 'Priority' }).inputValue(), 'high'));
  await inbox.button('View more', inbox.details).click();
  const panel = inbox.page.getByRole('dialog');
  await panel.getByRole('combobox', { name: 'Pipeline' }).waitFor();
  await inbox.button('Edit displayed properties').click();
  await panel.getByRole('checkbox', { name: 'Name' }).check();
  await panel.getByRole('checkbox', { name: 'Pipeline' }).uncheck();
  await inbox.button('Save', panel).click();
  await panel.getByRole('textbox', { name: 'Name' }).fill('');
  await panel.getByRole('textbox', { name: 'Name' }).press('Enter');
  await panel.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  assert.equal(await panel.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid'), 'true');
  await panel.getByRole('textbox', { name: 'Name' }).fill('Called otherwise');
  await panel.getByRole('textbox', { name: 'Name' }).press('Enter');
  await other.details.getByRole('link', { name: 'Called otherwise' }).waitFor();
  assert.equal(await panel.getByRole('combobox', { name: 'Pipeline' }).count(), 0, 'it is not displayed any more');
  await panel.getByRole('combobox', { name: 'Priority' }).waitFor();
  assert.equal(await card(inbox).locator(':scope > .fields').getByRole('combobox', { name: 'Priority' }).count(), 1, 'the card is as it was');
});

stage.test('P5 a value is saved although its field has gone before the answer came, and the page goes on', async ({ visit }) => {
  const [first, second] = [await ticketed('Left behind'), await fresh('Gone on to')];
  const inbox = await visit({ as: 'agent', path: at(first) });
  await inbox.threadIsThere(first.subject);
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await inbox.page.route('**/api/v1/tickets/*', async (route) => {
    if (route.request().method() === 'PATCH') await held;
    await route.continue();
  });
  await card(inbox).getByRole('combobox', { name: 'Priority' }).selectOption('urgent');
  await inbox.openRow(second.subject);
  await eventually(async () => assert.equal(await card(inbox).count(), 0));
  answer();
  await inbox.told(/Ticket changed/);
  await inbox.openRow(first.subject);
  await eventually(async () => assert.equal(await card(inbox).getByRole('combobox', { name: 'Priority' }).inputValue(), 'urgent'));
});

stage.test('D2 D3 the contact is edited in place, detached, and another attached', async ({ visit }) => {
  const conversation = await fresh('With somebody');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  const phone = inbox.details.getByRole('textbox', { name: 'Phone' });
  await phone.fill('+46 70 123 45 67');
  await phone.press('Enter');
  await inbox.told(/Saved/);
  await inbox.page.reload();
  await inbox.threadIsThere(conversation.subject);
  await eventually(async () => assert.match(await inbox.details.getByRole('textbox', { name: 'Phone' }).inputValue(), /70/));
  assert.match(await inbox.details.getByRole('link', { name: /Nora Nymark/ }).getAttribute('href'), /^\/contacts\/\d+$/);
  await inbox.button('Detach contact', inbox.details).click();
  await inbox.told(/Contact detached/);
  await inbox.button('Attach a contact', inbox.details).click();
  await inbox.details.getByRole('searchbox').fill('Piotr');
  await inbox.details.getByRole('button', { name: /Piotr/ }).first().click();
  await inbox.told(/Contact attached/);
  await inbox.details.getByRole('link', { name: /Piotr/ }).waitFor();
});

stage.test('D1 D6 P1 a deal is made beside the conversation and is there for a colleague; sections remember how they were left', async ({ visit }) => {
  const conversation = await fresh('Wants to buy');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  const other = await visit({ as: 'second', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await other.threadIsThere(conversation.subject);
  await inbox.button('Add a deal', inbox.details).click();
  await inbox.details.getByRole('searchbox').fill(`Forty shelves ${count}`);
  await inbox.details.getByRole('button', { name: /^Create “/ }).click();
  await inbox.told(/Created/);
  for (const each of [inbox, other]) await each.details.getByRole('link', { name: `Forty shelves ${count}` }).waitFor();
  const fold = inbox.details.getByRole('button', { name: /^Past feedback/ });
  await fold.click();
  await inbox.page.reload();
  await inbox.threadIsThere(conversation.subject);
  assert.equal(await inbox.details.getByRole('button', { name: /^Past feedback/ }).getAttribute('aria-expanded'), 'false');
});

stage.test('P1 D3 a contact who is called otherwise is so at once, for a colleague too: row, thread, details and ticket', async ({ visit }) => {
  const conversation = await ticketed('Whose name changes');
  const other = await visit({ as: 'second', path: at(conversation) });
  await other.threadIsThere(conversation.subject);
  const page = await visit({ as: 'second', path: `/tickets/${conversation.ticket.id}` });
  await page.main.getByText('Nora Nymark').first().waitFor();
  await agent.patch(`/contacts/${conversation.contact.id}`, { values: { name: 'Rosa Renamed' } });
  await other.row(conversation.subject).getByText('Rosa Renamed').waitFor();
  await other.articles.first().getByText('Rosa Renamed').waitFor();
  await other.details.getByRole('link', { name: /Rosa Renamed/ }).waitFor();
  await page.main.getByText('Rosa Renamed').first().waitFor();
  assert.equal(await other.row(conversation.subject).getByText('Nora Nymark').count(), 0);
});

stage.test('D1 P1 what is known of the customer is read anew for what is theirs, and for nothing else', async ({ visit }) => {
  const [conversation, strange] = [await ticketed('Read once'), await ticketed('Of somebody else')];
  const inbox = await visit({ as: 'agent', path: null });
  let read = 0;
  inbox.page.on('request', (request) => (read += request.url().endsWith('/sidebar') ? 1 : 0));
  await inbox.open(at(conversation));
  await inbox.details.getByText('None besides.').waitFor();
  const before = read;
  for (let turn = 0; turn < 10; turn += 1) {
    await agent.patch(`/tickets/${strange.ticket.id}`, { name: `Of somebody else, ${turn}` });
    const links = [{ kind: 'contact', id: strange.contact.id }];
    await agent.post('/companies', { values: { name: `Strange Works ${count} ${turn}` }, links });
  }
  const second = { subject: `Writes again ${count}`, from: { name: 'Nora Nymark', email: conversation.contact.email }, text: 'And this.' };
  const [another] = await stage.server.receive([second]);
  await agent.post(`/conversations/${another.id}/ticket`, { name: `Another ticket ${count}` });
  await inbox.details.getByRole('link', { name: `Another ticket ${count}` }).waitFor();
  // The ticket is told of as it is made and as it gets its conversation.
  assert.ok(read - before <= 2, `it was read ${read - before} times for one new ticket`);
});

stage.test('D2 P1 an answer about the contact before, which comes late, does not stand beside the new one', async ({ visit }) => {
  const [conversation, other] = [await fresh('Changes hands'), await fresh('The new one')];
  const firm = (of) => `Firm of ${of.subject}`;
  for (const of of [conversation, other]) {
    await agent.post('/companies', { values: { name: firm(of) }, links: [{ kind: 'contact', id: of.contact.id }] });
  }
  const inbox = await visit({ as: 'agent', path: null });
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  let asked = 0;
  await inbox.page.route('**/sidebar', async (route) => {
    asked += 1;
    const response = await route.fetch();
    if (asked > 1) return route.fulfill({ response });
    await held;
    return route.fulfill({ response, headers: { ...response.headers(), 'x-late': 'yes' } });
  });
  await inbox.open(at(conversation));
  await inbox.threadIsThere(conversation.subject);
  await eventually(() => assert.ok(asked > 0));
  await agent.ask('PUT', `/conversations/${conversation.id}/contact`, { contact_id: other.contact.id });
  const there = inbox.details.getByRole('link', { name: firm(other) });
  await there.waitFor();
  await inbox.details.evaluate((details, words) => {
    window.stoodThere = false;
    const look = () => (window.stoodThere ||= details.innerText.includes(words));
    new MutationObserver(look).observe(details, { childList: true, characterData: true, subtree: true });
  }, firm(conversation));
  const late = inbox.page.waitForResponse((response) => response.headers()['x-late'] === 'yes');
  answer();
  await (await late).finished();
  await inbox.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await inbox.page.evaluate(() => window.stoodThere), false);
  await there.waitFor();
});

stage.test('T4 T5 K8 blocking a sender says first what is deleted for good by it', async ({ visit }) => {
  const conversation = await ticketed('From a bad sender');
  const inbox = await visit({ as: 'agent', path: at(conversation) });
  await inbox.threadIsThere(conversation.subject);
  await inbox.moreActions(/Block sender/);
  const question = inbox.page.getByRole('dialog', { name: 'Block sender?' });
  await question.getByText(/deletes 1 ticket for good/).waitFor();
  await inbox.button('Block sender', question).click();
  await inbox.told(/Sender blocked/);
  assert.equal((await agent.get(`/conversations/${conversation.id}`)).spam, true);
  const gone = await agent.ask('GET', `/tickets/${conversation.ticket.id}`);
  assert.equal(gone.status, 404);
});
