// Finding: what is typed, the filters that edit the same text, the order, and what is marked (S1–S6).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
let count = 0;

/** A mail with words that no other has. */
async function fresh(text) {
  count += 1;
  const subject = `Sought letter ${count}`;
  const [conversation] = await stage.server.receive([{ subject, text }]);
  return { subject, conversation };
}

const field = (inbox) => inbox.page.getByRole('searchbox', { name: 'Search conversations' });
const filters = (inbox) => inbox.page.getByRole('group', { name: 'Filters' });
const q = (inbox) => new URL(inbox.page.url()).searchParams.get('q');

async function search(inbox, text) {
  await inbox.button('Search conversations').click();
  await field(inbox).pressSequentially(text);
}

stage.test('S3 S6 a filter control and the typed query show the same thing, both ways', async ({ visit }) => {
  const { subject } = await fresh('The zeppelin has landed.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'zeppelin ');
  await inbox.rowIsThere(subject);
  await inbox.button('Status', filters(inbox)).click();
  await inbox.page.getByRole('checkbox', { name: 'Closed' }).check();
  await eventually(() => assert.equal(q(inbox)?.trim(), 'zeppelin is:closed'));
  await inbox.rowIsGone(subject);
  await inbox.page.keyboard.press('Escape');
  await field(inbox).fill('zeppelin is:open channel:email,chat');
  await inbox.rowIsThere(subject);
  await inbox.button('Channel 2', filters(inbox)).click();
  assert.ok(await inbox.page.getByRole('checkbox', { name: 'Email' }).isChecked());
  assert.ok(await inbox.page.getByRole('checkbox', { name: 'Chat' }).isChecked());
  await inbox.page.getByRole('checkbox', { name: 'Email' }).uncheck();
  await inbox.rowIsGone(subject);
  assert.equal(await field(inbox).inputValue(), 'zeppelin is:open channel:chat');
});

stage.test('S6 operators are completed by keyboard, people too', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'assi');
  const offered = inbox.page.getByRole('listbox', { name: 'Suggestions' });
  await offered.getByRole('option', { name: /^assignee:/ }).waitFor();
  await inbox.page.keyboard.press('Tab');
  await eventually(async () => assert.equal(await field(inbox).inputValue(), 'assignee:'));
  await inbox.page.keyboard.type('second');
  await offered.getByRole('option', { name: /second@demo\.test/ }).waitFor();
  await inbox.page.keyboard.press('ArrowDown');
  await inbox.page.keyboard.press('Enter');
  await eventually(async () => assert.equal(await field(inbox).inputValue(), 'assignee:second@demo.test '));
  await eventually(() => assert.match(q(inbox) ?? '', /assignee:second@demo\.test/));
  await eventually(async () => {
    const owners = await inbox.list.locator('.row-owner').evaluateAll((marks) => marks.map((mark) => mark.title));
    assert.ok(owners.length > 0 && owners.every((owner) => owner === owners[0]), JSON.stringify(owners));
  });
});

stage.test('S6 P5 nonsense gets a sentence that names it, and the list stays', async ({ visit }) => {
  const { subject } = await fresh('A marmalade sandwich.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'marmalade');
  await inbox.rowIsThere(subject);
  await inbox.page.keyboard.type(' before:tomorow ');
  const alert = inbox.page.getByRole('search').getByRole('alert');
  await eventually(async () => assert.match(await alert.innerText(), /before:.*tomorow/));
  assert.equal(await field(inbox).getAttribute('aria-invalid'), 'true');
  await inbox.rowIsThere(subject);
  await field(inbox).fill('marmalade form:anna');
  await eventually(async () => assert.match(await alert.innerText(), /form:.*from:/));
  await field(inbox).fill('marmalade');
  await eventually(async () => assert.equal((await alert.innerText()).trim(), ''));
});

stage.test('S2 what was found is marked in the list and in the thread', async ({ visit }) => {
  const { subject } = await fresh('Please send the Kuckucksuhr again. The kuckucksuhr is stuck.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'kuckucksu');
  await inbox.openRow(subject);
  const marked = () =>
    inbox.page.evaluate(() => [...(CSS.highlights.get('found') ?? [])].map((range) => [range.toString(), Boolean(range.startContainer.parentElement.closest('main'))]));
  await eventually(async () => {
    const found = await marked();
    assert.ok(found.some(([, inThread]) => inThread) && found.some(([, inThread]) => !inThread), JSON.stringify(found));
    assert.ok(found.every(([text]) => /^kuckucksu/i.test(text)), JSON.stringify(found));
  });
  await inbox.button('Exit search').click();
  await eventually(async () => assert.equal((await marked()).length, 0));
});

stage.test('S2 one steps from match to match in a thread', async ({ visit }) => {
  const text = ['The gherkin is here.', ...Array.from({ length: 60 }, (_, n) => `Line ${n}.`), 'A second gherkin.', 'And the last gherkin.'].join('\n');
  const { subject } = await fresh(text);
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'gherkin');
  await inbox.openRow(subject);
  const line = inbox.page.getByRole('search').getByRole('status');
  await eventually(async () => assert.equal(await line.innerText(), '3 matches in this conversation'));
  const now = () => inbox.page.evaluate(() => [...(CSS.highlights.get('found-now') ?? [])].map((range) => Math.round(range.getBoundingClientRect().top)));
  await inbox.button('Next match').click();
  await eventually(async () => assert.equal(await line.innerText(), '1 of 3 in this conversation'));
  const [first] = await now();
  assert.ok(first > 0 && first < 900, `it is in sight: ${first}`);
  await inbox.button('Previous match').click();
  await eventually(async () => assert.equal(await line.innerText(), '3 of 3 in this conversation'));
  const [last] = await now();
  assert.ok(last > 0 && last < 900, `it is in sight: ${last}`);
});

stage.test('S2 S3 accents, phrases, exclusion, order numbers and parts of addresses', async ({ visit }) => {
  const { subject } = await fresh('Räksmörgås för Łukasz, order ORD-2291-77, gärna på fredag.');
  const other = await fresh('Räksmörgås for everybody else.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.button('Search conversations').click();
  for (const [query, finds] of [
    ['raksmorgas lukasz', true],
    ['"order ord-2291-77"', true],
    ['2291', true],
    ['raksmorgas -lukasz', false],
    ['"fredag gärna"', false],
    ['raksmorgas is:open -channel:chat', true],
  ]) {
    await field(inbox).fill(query);
    if (finds) await inbox.rowIsThere(subject);
    else await inbox.rowIsGone(subject);
  }
  await field(inbox).fill('raksmorgas -lukasz');
  await inbox.rowIsThere(other.subject);
});

stage.test('S3 the date range by presets and by days; Hide trash', async ({ visit, api }) => {
  const { subject, conversation } = await fresh('The xylophone is for today.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'xylophone ');
  await inbox.rowIsThere(subject);
  await inbox.button('Date', filters(inbox)).click();
  await inbox.page.getByRole('button', { name: 'Yesterday' }).click();
  await inbox.rowIsGone(subject);
  assert.match(await field(inbox).inputValue(), /on:yesterday/);
  await inbox.page.getByRole('button', { name: 'Last 7 days' }).click();
  await inbox.rowIsThere(subject);
  await inbox.page.keyboard.press('Escape');
  await (await api('agent')).post(`/conversations/${conversation.id}/trash`);
  await inbox.rowIsThere(subject);
  await inbox.button('More', filters(inbox)).click();
  await inbox.page.getByRole('checkbox', { name: 'Hide trash' }).check();
  await inbox.rowIsGone(subject);
});

stage.test('S4 S5 the order is in the address, and Back leads to the one before', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  const names = () => inbox.list.getByRole('link').evaluateAll((rows) => rows.slice(0, 5).map((row) => row.getAttribute('aria-label')));
  const newest = await names();
  await inbox.page.getByRole('button', { name: /^Sorted by/ }).click();
  await inbox.choose('Oldest activity');
  await eventually(async () => assert.notDeepEqual(await names(), newest));
  assert.match(inbox.page.url(), /sort=oldest_activity/);
  const oldest = await (await stage.server.api('agent')).get(`/conversations?inbox=${id}&view=open&sort=oldest_activity&limit=5`);
  const first = oldest.items[0];
  await eventually(async () => assert.match((await names())[0], new RegExp(`^${(first.contact?.name ?? '').replace(/[()]/g, '.')}`)));
  await inbox.page.reload();
  await eventually(async () => assert.notDeepEqual(await names(), newest));
  await inbox.page.goBack();
  await eventually(async () => assert.deepEqual(await names(), newest));
});

stage.test('S1 S5 Exit search returns to the open conversation and the place in the list', async ({ visit }) => {
  const one = await fresh('Words one looks for: quixotic.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  const [, , third] = await inbox.list.getByRole('link').all();
  await third.click();
  await inbox.heading.waitFor();
  const before = inbox.page.url();
  await search(inbox, 'quixotic');
  await inbox.openRow(one.subject);
  await inbox.button('Exit search').click();
  await eventually(() => assert.equal(inbox.page.url(), before));
});

stage.test('S3 former users are offered when asked for', async ({ visit, api }) => {
  const admin = await api('super');
  const added = await admin.post('/agents', { name: 'Former Colleague', email: 'former@demo.test', role: 'agent', password: 'a long enough password' });
  await admin.ask('PATCH', `/agents/${added.agent.id}`, { state: 'deactivated' });
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.button('Search conversations').click();
  await inbox.button('Assignee', filters(inbox)).click();
  await inbox.page.getByRole('checkbox', { name: 'Me', exact: true }).waitFor();
  assert.equal(await inbox.page.getByRole('checkbox', { name: /Former Colleague/ }).count(), 0);
  await inbox.page.getByRole('checkbox', { name: 'Show deactivated/removed users' }).check();
  await inbox.page.getByRole('checkbox', { name: 'Former Colleague (deactivated)' }).check();
  await eventually(() => assert.match(q(inbox) ?? '', new RegExp(`assignee:#${added.agent.id}`)));
});

stage.test('S3 a filter that was opened and closed opens again', async ({ visit }) => {
  const { subject } = await fresh('A filter is opened twice.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'twice');
  await inbox.rowIsThere(subject);
  const filters = inbox.page.getByRole('group', { name: 'Filters' });
  for (let time = 0; time < 3; time += 1) {
    await filters.getByRole('button', { name: /^Status/ }).click();
    await inbox.page.getByRole('dialog', { name: /^Status/ }).getByRole('checkbox', { name: 'Open' }).waitFor();
    await inbox.page.keyboard.press('Escape');
    await eventually(async () => assert.equal(await inbox.page.getByRole('dialog').count(), 0));
  }
});

stage.test('S1 P2 an emptied search keeps its field, and what is typed next is for it', async ({ visit, api }) => {
  const { subject, conversation } = await fresh('A field that is emptied.');
  for (const address of [OPEN, `${OPEN}?q=emptied`]) {
    const inbox = await visit({ as: 'agent', path: address });
    await inbox.rowIsThere(subject);
    if (address === OPEN) await search(inbox, 'emptied');
    await field(inbox).focus();
    await inbox.page.keyboard.press('ControlOrMeta+a');
    await inbox.page.keyboard.press('Backspace');
    await eventually(() => assert.ok(!inbox.page.url().includes('q='), inbox.page.url()));
    await inbox.page.waitForTimeout(200);
    await inbox.page.keyboard.type('elk#!');
    assert.equal(await field(inbox).inputValue(), 'elk#!');
  }
  const now = await (await api('agent')).get(`/conversations/${conversation.id}`);
  assert.equal(now.trashed_at, null);
});

stage.test('S1 S5 Back from a search leads to the view and the conversation it began on, and one search is one step', async ({ visit }) => {
  const one = await fresh('Somebody lost a dromedary.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  const [, second] = await inbox.list.getByRole('link').all();
  await second.click();
  await inbox.heading.waitFor();
  const before = inbox.page.url();
  const heading = await inbox.heading.innerText();
  await search(inbox, 'dromed');
  await inbox.rowIsThere(one.subject);
  await field(inbox).pressSequentially('ary is:open', { delay: 30 });
  await eventually(() => assert.equal(q(inbox), 'dromedary is:open'));
  await field(inbox).fill('');
  await eventually(() => assert.equal(q(inbox), null));
  await field(inbox).pressSequentially('dromedary');
  await eventually(() => assert.equal(q(inbox), 'dromedary'));
  await inbox.rowIsThere(one.subject);
  const found = inbox.page.url();
  await inbox.page.goBack();
  await eventually(() => assert.equal(inbox.page.url(), before));
  await eventually(async () => assert.equal(await field(inbox).count(), 0));
  assert.equal(await inbox.heading.innerText(), heading);
  await eventually(async () => assert.ok((await inbox.list.getByRole('link').count()) > 3));
  await inbox.page.goForward();
  await eventually(() => assert.equal(inbox.page.url(), found));
  await eventually(async () => assert.equal(await field(inbox).inputValue(), 'dromedary'));
  await inbox.rowIsThere(one.subject);
  await inbox.button('Exit search').click();
  await eventually(() => assert.equal(inbox.page.url(), before));
});

stage.test('S1 S5 Exit search after a reload, or from a pasted address, leads to the view itself', async ({ visit }) => {
  const { subject, conversation } = await fresh('A tricycle of brass.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'tricycle');
  await inbox.openRow(subject);
  await inbox.page.reload();
  await inbox.threadIsThere(subject);
  await inbox.button('Exit search').click();
  await eventually(() => assert.ok(inbox.page.url().endsWith(OPEN), inbox.page.url()));
  const pasted = await visit({ as: 'agent', path: `/inbox/${id}/email/${conversation.id}?q=tricycle&sort=oldest_created` });
  await pasted.threadIsThere(subject);
  await pasted.button('Exit search').click();
  await eventually(() => assert.ok(pasted.page.url().endsWith(`/inbox/${id}/email`), pasted.page.url()));
  assert.equal(await field(pasted).count(), 0);
});

stage.test('S1 another view ends a search in which nothing was typed yet; a conversation opened meanwhile is where it leads back to', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.button('Search conversations').click();
  await field(inbox).waitFor();
  await inbox.list.getByRole('link').first().click();
  await inbox.heading.waitFor();
  const open = inbox.page.url();
  await field(inbox).fill('nothing like this');
  await eventually(() => assert.equal(q(inbox), 'nothing like this'));
  await inbox.button('Exit search').click();
  await eventually(() => assert.equal(inbox.page.url(), open));
  await inbox.button('Search conversations').click();
  await inbox.view('Assigned to me').click();
  await eventually(async () => assert.equal(await field(inbox).count(), 0));
});

stage.test('S2 a found row says what was found and when, so that the list is in the order it shows', async ({ visit, api }) => {
  const older = await fresh('The bathyscaphe leaks a little.');
  const newer = await fresh('Another bathyscaphe, and it floats.');
  const reply = 'We have looked at it and will come back to you.';
  await (await api('agent')).reply(older.conversation.id, reply);
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.rowIsThere(older.subject);
  assert.match(await inbox.row(older.subject).first().innerText(), /looked at it/);
  await search(inbox, 'bathysc');
  await eventually(async () => assert.match(await inbox.row(older.subject).first().innerText(), /bathyscaphe leaks/));
  const rows = inbox.list.getByRole('link');
  assert.deepEqual((await rows.evaluateAll((all) => all.map((row) => row.querySelector('.row-subject').textContent))), [newer.subject, older.subject]);
  const times = await rows.evaluateAll((all) => all.map((row) => row.querySelector('time').dateTime));
  assert.deepEqual(times, [...times].sort().reverse(), 'newest match first');
  const [first] = await (await api('agent')).thread(older.conversation.id);
  assert.equal(Date.parse(times[1]), Date.parse(first.sent_at));
  await eventually(async () => {
    const marked = await inbox.page.evaluate(() => [...(CSS.highlights.get('found') ?? [])].map((range) => range.startContainer.parentElement.closest('.row-preview')?.textContent ?? ''));
    assert.ok(marked.some((text) => /leaks/.test(text)), JSON.stringify(marked));
  });
  // M4: what is hidden is said no more, also where it was found and not newest.
  await (await api('agent')).hide(first.id);
  await eventually(async () => assert.ok(!(await inbox.pane.innerText()).includes('leaks')));
});

stage.test('S4 S5 a search is sorted like a view, and the order is in its address', async ({ visit }) => {
  const one = await fresh('A first harpsichord.');
  const two = await fresh('A second harpsichord.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await search(inbox, 'harpsichord');
  const order = () => inbox.list.getByRole('link').evaluateAll((all) => all.map((row) => row.querySelector('.row-subject')?.textContent));
  await eventually(async () => assert.deepEqual(await order(), [two.subject, one.subject]));
  await inbox.page.getByRole('search').getByRole('button', { name: /^Sorted by/ }).click();
  await inbox.choose('Oldest created');
  await eventually(async () => assert.deepEqual(await order(), [one.subject, two.subject]));
  assert.match(inbox.page.url(), /q=harpsichord&sort=oldest_created/);
  await inbox.page.reload();
  await eventually(async () => assert.deepEqual(await order(), [one.subject, two.subject]));
  await inbox.page.goBack();
  await eventually(async () => assert.deepEqual(await order(), [two.subject, one.subject]));
});
