// Tickets (K): as a table, as a board, and one by itself.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const { id: inboxId } = await agent.inbox('Support');
const [pipeline] = (await agent.get('/pipelines')).items;
const [fresh, ours, contacts, closed] = pipeline.statuses;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A ticket with `conversations` of its own. */
async function ticket(name, { conversations = 0, ...fields } = {}) {
  if (conversations === 0) return (await agent.post('/tickets', { inbox_id: inboxId, name, ...fields })).ticket;
  const letters = Array.from({ length: conversations }, (_, at) => ({ subject: `${name} letter ${at + 1}`, text: 'Hello.' }));
  const received = await stage.server.receive(letters);
  const made = (await agent.post(`/conversations/${received[0].id}/ticket`, { name, ...fields })).ticket;
  for (const other of received.slice(1)) await agent.post(`/conversations/${other.id}/ticket`, { ticket_id: made.id });
  return { ...made, letters: received };
}

const row = (inbox, name) => inbox.main.getByRole('row').filter({ hasText: name });
const column = (inbox, status) => inbox.main.getByRole('region', { name: status.name, exact: true });
const card = (inbox, status, name) => column(inbox, status).getByRole('listitem').filter({ hasText: name });
const names = (inbox) => inbox.main.locator('tbody').getByRole('rowheader').allInnerTexts();

stage.test('K10 the table says what there is, narrows it down and sorts it, all in its address', async ({ visit }) => {
  const word = 'narrowable';
  await ticket(`${word} apple`, { priority: 'low' });
  await ticket(`${word} banana`, { priority: 'urgent', status_id: closed.id });
  await ticket(`${word} cherry`, { priority: 'high', owner_id: (await agent.me()).id });
  const inbox = await visit({ as: 'agent', path: '/tickets' });
  await inbox.main.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor();
  const total = (await agent.get(`/inboxes/${inboxId}/ticket-counts`)).items.reduce((sum, { count }) => sum + count, 0);
  assert.ok(total >= 3);
  await inbox.main.getByText(/\d tickets$/).waitFor();
  await inbox.main.getByRole('searchbox', { name: 'Words of the name' }).fill(word);
  await eventually(async () => assert.deepEqual(await names(inbox), [`${word} cherry`, `${word} banana`, `${word} apple`]));
  await inbox.main.getByText('3 tickets', { exact: true }).waitFor();
  await inbox.button('Name').click();
  await eventually(async () => assert.deepEqual(await names(inbox), [`${word} apple`, `${word} banana`, `${word} cherry`]));
  assert.equal(await inbox.main.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort'), 'ascending');
  assert.match(inbox.page.url(), /\?q=narrowable&sort=name$/);
  await inbox.main.getByRole('button', { name: 'Status', exact: true }).click();
  await inbox.page.getByRole('checkbox', { name: closed.name }).check();
  await eventually(async () => assert.deepEqual(await names(inbox), [`${word} banana`]));
  await inbox.page.keyboard.press('Escape');
  await inbox.page.reload();
  await eventually(async () => assert.deepEqual(await names(inbox), [`${word} banana`]));
  await inbox.page.goBack();
  await eventually(async () => assert.equal((await names(inbox)).length, 3));
  await inbox.button('Columns').click();
  await inbox.page.getByRole('checkbox', { name: 'Contact' }).uncheck();
  await eventually(async () => assert.equal(await inbox.main.getByRole('columnheader', { name: 'Contact' }).count(), 0));
  await inbox.page.reload();
  await inbox.main.getByRole('columnheader', { name: 'Owner' }).waitFor();
  assert.equal(await inbox.main.getByRole('columnheader', { name: 'Contact' }).count(), 0, 'which columns show is remembered');
});

stage.test('K10 P1 what a colleague does with tickets shows in the table and on the board by itself', async ({ visit, api }) => {
  const it = await ticket('Seen by two');
  const table = await visit({ as: 'agent', path: '/tickets' });
  const board = await visit({ as: 'agent', path: '/tickets?show=board' });
  await row(table, 'Seen by two').waitFor();
  await card(board, fresh, 'Seen by two').waitFor();
  const second = await api('second');
  await second.patch(`/tickets/${it.id}`, { status_id: contacts.id });
  await card(board, contacts, 'Seen by two').waitFor();
  assert.equal(await card(board, fresh, 'Seen by two').count(), 0);
  await row(table, 'Seen by two').getByText(contacts.name).waitFor();
  await second.post('/tickets', { inbox_id: inboxId, name: 'Made by a colleague' });
  await row(table, 'Made by a colleague').waitFor();
  await card(board, fresh, 'Made by a colleague').waitFor();
  await second.post(`/tickets/${it.id}/trash`);
  await eventually(async () => assert.equal(await row(table, 'Seen by two').count(), 0));
  await eventually(async () => assert.equal(await card(board, contacts, 'Seen by two').count(), 0));
});

stage.test('K10 a card is dragged to another status, and taken back', async ({ visit }) => {
  const it = await ticket('To be dragged');
  const inbox = await visit({ as: 'agent', path: '/tickets?show=board' });
  await card(inbox, fresh, 'To be dragged').dragTo(column(inbox, ours));
  await card(inbox, ours, 'To be dragged').waitFor();
  await inbox.told(/moved to Waiting on us/);
  assert.equal((await agent.get(`/tickets/${it.id}`)).ticket.status_id, ours.id);
  await inbox.button('Undo').click();
  await card(inbox, fresh, 'To be dragged').waitFor();
});

stage.test('K10 P4 the keyboard moves among cards and moves them', async ({ visit }) => {
  await ticket('Carried by keys');
  const inbox = await visit({ as: 'agent', path: '/tickets?show=board' });
  const link = (status) => card(inbox, status, 'Carried by keys').getByRole('link');
  await link(fresh).focus();
  await inbox.page.keyboard.press('Alt+ArrowRight');
  await card(inbox, ours, 'Carried by keys').waitFor();
  await inbox.told(/Carried by keys.* moved to Waiting on us/);
  await eventually(async () => assert.ok(await link(ours).evaluate((it) => it === document.activeElement), 'the focus goes along'));
  await inbox.page.keyboard.press('m');
  await inbox.choose(`Move to ${contacts.name}`);
  await card(inbox, contacts, 'Carried by keys').waitFor();
});

stage.test('K4 K8 closing by the board says first which conversations close too', async ({ visit }) => {
  const it = await ticket('Closes others', { conversations: 2 });
  const inbox = await visit({ as: 'agent', path: '/tickets?show=board' });
  await card(inbox, fresh, 'Closes others').dragTo(column(inbox, closed));
  const dialog = inbox.page.getByRole('dialog', { name: /Closes others/ });
  await dialog.getByText('Also closes 2 conversations.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await agent.get(`/tickets/${it.id}`)).ticket.status_id, fresh.id);
  await card(inbox, fresh, 'Closes others').dragTo(column(inbox, closed));
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await card(inbox, closed, 'Closes others').waitFor();
  const after = await agent.get(`/tickets/${it.id}`);
  assert.deepEqual(after.conversations.map(({ state }) => state), ['closed', 'closed']);
});

stage.test('K8 from one closed status to another closes what was opened since, and the board says so first', async ({ visit, api }) => {
  const admin = await api('admin');
  await admin.post(`/pipelines/${pipeline.id}/statuses`, { name: 'Given up', colour: 'grey', closed: true });
  const it = await ticket('Closed twice', { conversations: 1, status_id: closed.id });
  const [{ id }] = it.letters;
  await agent.reopen(id);
  const inbox = await visit({ as: 'agent', path: '/tickets?show=board' });
  await card(inbox, closed, 'Closed twice').getByRole('link').focus();
  await inbox.page.keyboard.press('m');
  await inbox.choose('Move to Given up');
  const dialog = inbox.page.getByRole('dialog', { name: /Closed twice/ });
  await dialog.getByText('Also closes 1 conversation.').waitFor();
  assert.equal((await agent.get(`/conversations/${id}`)).state, 'open', 'nothing is done before it is agreed to');
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await card(inbox, { name: 'Given up' }, 'Closed twice').waitFor();
  assert.equal((await agent.get(`/conversations/${id}`)).state, 'closed');
});

stage.test('K10 P1 a count that comes later than what it counts does not stand over the newer one', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: null });
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  let waiting = 0;
  await inbox.page.route('**/ticket-counts', async (route) => {
    const response = await route.fetch();
    const counts = await response.json();
    // As of before what follows.
    const json = { ...counts, sequence: counts.sequence ?? 1 };
    waiting += 1;
    await held;
    await route.fulfill({ response, json });
  });
  await inbox.open('/tickets?show=board');
  const { items } = await agent.get('/inboxes');
  await eventually(() => assert.ok(waiting >= items.length));
  await ticket('Counted by the feed');
  await card(inbox, fresh, 'Counted by the feed').waitFor();
  const all = await Promise.all(items.map(({ id }) => agent.get(`/inboxes/${id}/ticket-counts`)));
  const total = all.flatMap((it) => it.items).reduce((sum, { count }) => sum + count, 0);
  const late = items.map(({ id }) => inbox.page.waitForResponse((response) => response.url().endsWith(`/inboxes/${id}/ticket-counts`)));
  answer();
  for (const response of await Promise.all(late)) await response.finished();
  await inbox.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await inbox.main.locator('.page-count').innerText(), `${total} tickets`);
});

stage.test('K9 K7 the page of a ticket: edited in place, live, to Trash and back with its conversations', async ({ visit, api }) => {
  const it = await ticket('A page of its own', { conversations: 2, priority: 'low' });
  const inbox = await visit({ as: 'agent', path: `/tickets/${it.id}` });
  await inbox.heading.getByText('A page of its own').waitFor();
  const name = inbox.main.getByLabel('Name', { exact: true });
  await name.fill('A page of its own, renamed');
  await name.press('Enter');
  await inbox.heading.getByText('A page of its own, renamed').waitFor();
  await eventually(async () => assert.equal((await agent.get(`/tickets/${it.id}`)).ticket.name, 'A page of its own, renamed'));
  await inbox.main.getByLabel('Priority').selectOption({ label: 'Urgent' });
  await eventually(async () => assert.equal((await agent.get(`/tickets/${it.id}`)).ticket.priority, 'urgent'));
  await inbox.main.getByRole('region', { name: 'History' }).getByText(/set its priority to Urgent/).waitFor();
  for (const { id } of it.letters) await inbox.main.locator(`a[href="/conversations/${id}"]`).first().waitFor();
  await inbox.main.getByRole('region', { name: 'Timeline' }).getByText('Hello.').first().waitFor();
  await (await api('second')).patch(`/tickets/${it.id}`, { name: 'Renamed by a colleague' });
  await inbox.heading.getByText('Renamed by a colleague').waitFor();
  await inbox.button('Move to Trash').click();
  const dialog = inbox.page.getByRole('dialog');
  await dialog.getByText('Also moves 2 conversations to Trash.').waitFor();
  await dialog.getByRole('button', { name: 'Move to Trash' }).click();
  await inbox.main.getByText('This ticket is in Trash.').waitFor();
  await inbox.button('Restore').click();
  await inbox.page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await inbox.button('Move to Trash').waitFor();
  assert.equal((await agent.get(`/tickets/${it.id}`)).conversations[0].trashed_at, null);
});

stage.test('K9 a ticket that is gone says so plainly', async ({ visit }) => {
  const expected = [/status of 404 .*\/tickets\/999999/];
  const inbox = await visit({ as: 'agent', path: '/tickets/999999', expected });
  await inbox.main.getByRole('heading', { level: 1, name: 'This ticket is not here' }).waitFor();
});

stage.test('K10 P2 the keys: g t to the tickets, arrows among them, s for the status', async ({ visit }) => {
  await ticket('Moved by its row');
  const inbox = await visit({ as: 'agent', path: `/inbox/${inboxId}/open` });
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.views.getByRole('link', { name: 'Tickets' }).waitFor();
  await inbox.page.keyboard.press('g');
  await inbox.page.keyboard.press('t');
  await row(inbox, 'Moved by its row').waitFor();
  assert.equal(await inbox.views.getByRole('link', { name: 'Tickets' }).getAttribute('aria-current'), 'page');
  assert.equal(await inbox.views.getByRole('link', { name: /^All open/ }).getAttribute('aria-current'), null);
  const [first, second] = await names(inbox);
  await inbox.main.getByRole('link', { name: first, exact: true }).focus();
  await inbox.page.keyboard.press('ArrowDown');
  await eventually(async () => assert.equal(await inbox.page.evaluate(() => document.activeElement.textContent), second));
  await inbox.main.getByRole('link', { name: 'Moved by its row' }).focus();
  await inbox.page.keyboard.press('s');
  await inbox.choose(`Move to ${ours.name}`);
  await row(inbox, 'Moved by its row').getByText(ours.name).waitFor();
});

stage.test('K10 many tickets scroll without a gap and keep the page light', async ({ visit }) => {
  const many = 450;
  const made = [];
  for (let at = 0; at < many; at += 1) made.push(ticket(`Bulk ticket ${at}`));
  await Promise.all(made);
  const inbox = await visit({ as: 'agent', path: '/tickets?q=bulk&sort=oldest_created' });
  const first = inbox.main.getByRole('row').filter({ hasText: 'Bulk ticket' }).first();
  await first.waitFor();
  const pane = inbox.main.locator('[class=tickets-scroll]');
  // Every screen is full, and what was seen on the way is every one of them.
  const seen = new Set();
  for (;;) {
    await eventually(async () => {
      const rows = await inbox.main.locator('tbody').evaluate((body) => {
        const view = body.closest('.tickets-scroll').getBoundingClientRect();
        const head = body.parentElement.tHead.getBoundingClientRect().height;
        const heads = [...body.querySelectorAll('th[scope=row], [role=rowheader]')];
        const visible = heads.filter((it) => {
          const { top, bottom } = it.getBoundingClientRect();
          return bottom > view.top + head && top < view.bottom;
        });
        const edge = visible.map((it) => it.getBoundingClientRect());
        return {
          names: visible.map((it) => it.innerText.trim()),
          gap: Math.max(Math.min(...edge.map((it) => it.top)) - view.top - head, view.bottom - Math.max(...edge.map((it) => it.bottom))),
          high: edge[0]?.height ?? 0,
        };
      });
      assert.ok(rows.names.length > 0 && rows.names.every((name) => /^Bulk ticket \d+$/.test(name)), `on the screen: ${rows.names}`);
      assert.ok(rows.gap <= rows.high, `${rows.gap} px are empty`);
      rows.names.forEach((name) => seen.add(name));
    });
    const moved = await pane.evaluate((it) => {
      const before = it.scrollTop;
      it.scrollBy(0, it.clientHeight / 2);
      return it.scrollTop - before;
    });
    const all = await inbox.main.getByRole('table').getAttribute('aria-rowcount');
    if (moved < 1 && all === String(many + 1)) break;
  }
  assert.equal(seen.size, many, 'each of them was seen');
  assert.ok((await inbox.page.evaluate(() => document.querySelectorAll('*').length)) < 1_400);
});

stage.test('P4 nothing that axe knows is wrong with the pages of tickets, in both themes at three widths', async ({ visit }) => {
  const it = await ticket('To look at', { conversations: 1, priority: 'high' });
  const screens = [
    ['/tickets', (inbox) => row(inbox, 'To look at').waitFor()],
    ['/tickets?show=board', (inbox) => card(inbox, fresh, 'To look at').waitFor()],
    [`/tickets/${it.id}`, (inbox) => inbox.heading.getByText('To look at').waitFor()],
    ['/settings/pipelines', (inbox) => inbox.main.getByRole('heading', { level: 2 }).first().waitFor()],
  ];
  for (const [path, ready] of screens) {
    for (const width of [1440, 1024, 375]) {
      for (const colorScheme of ['light', 'dark']) {
        const inbox = await visit({ as: 'admin', path, viewport: { width, height: 800 }, colorScheme });
        await ready(inbox);
        const { violations } = await new AxeBuilder({ page: inbox.page }).withTags(RULES).analyze();
        const said = violations.map((of) => `${of.id}: ${of.nodes.map((node) => node.html).join(' ')}`);
        assert.deepEqual(said, [], `${path} at ${width} px, ${colorScheme}`);
        const wide = await inbox.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${path} at ${width} px is too wide by ${wide}`);
        await inbox.context.close();
      }
    }
  }
}, { timeout: 240_000 });
