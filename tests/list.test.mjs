// The conversation list: right and light for twenty thousand, calm under the pointer (V11, P1).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage({ conversations: 20_000 });
const agent = await stage.server.api('agent');
const { id } = await agent.inbox('Support');
const OPEN = `/inbox/${id}/open`;
/** V11 and §8. */
const MOST_NODES = 1_400;
let count = 0;

const shown = (item) => item.subject || item.contact?.name;
const nodes = (inbox) => inbox.page.evaluate(() => document.querySelectorAll('*').length);

/** The element of the list that scrolls. */
const scroller = (inbox) =>
  inbox.list.evaluateHandle((list) => {
    let element = list;
    while (element && !(element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY))) element = element.parentElement;
    return element;
  });

async function fresh(text = 'Hello from a customer.') {
  count += 1;
  const subject = `Listed letter ${count}`;
  const [conversation] = await stage.server.receive([{ subject, text }]);
  return { subject, conversation };
}

stage.test('V11 rows are named by contact and subject; the open one is marked, the unread ones told', async ({ visit }) => {
  const { subject, conversation } = await fresh('Is the oak shelf in stock?');
  const inbox = await visit({ as: 'second', path: OPEN });
  const row = inbox.row(subject);
  await row.waitFor();
  const items = inbox.list.getByRole('listitem');
  assert.equal(await items.first().getByRole('link').count(), 1, 'one link in a row');
  const name = await row.evaluate((element) => element.getAttribute('aria-label') ?? element.innerText);
  assert.match(name, /Maja Olsson/);
  assert.match(name, new RegExp(subject));
  assert.match(await inbox.list.getByRole('listitem').filter({ hasText: subject }).innerText(), /Is the oak shelf in stock\?/);
  assert.equal(await row.getAttribute('aria-current'), null);
  const unread = async () => (await inbox.list.getByRole('listitem').filter({ hasText: subject }).ariaSnapshot()).match(/unread/i);
  assert.ok(await unread(), 'it is unread, in words too');
  await inbox.openRow(subject);
  await eventually(async () => assert.match(await row.getAttribute('aria-current'), /true|page/));
  await eventually(async () => assert.ok(!(await unread()), 'reading it makes it read'));
  const second = await stage.server.api('second');
  await eventually(async () => assert.equal((await second.get(`/conversations/${conversation.id}`)).unread, false));
  assert.equal(await inbox.list.locator('[aria-current="true"], [aria-current="page"]').count(), 1);
});

stage.test('V11 the newest activity stands first, and an answer brings a row to the top', async ({ visit }) => {
  const old = await fresh();
  await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.rowIsThere(old.subject);
  await agent.comment(old.conversation.id, 'Now it is the newest.');
  await eventually(async () => assert.match(await inbox.list.getByRole('link').first().evaluate((row) => row.closest('[role=listitem], li').innerText), new RegExp(old.subject)));
});

stage.test('V11 twenty thousand rows: few nodes, real rows at the top, the middle and the end', async ({ visit }) => {
  const total = (await agent.counts(id)).open;
  assert.ok(total > 5_000, `${total} open conversations`);
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  assert.ok((await nodes(inbox)) <= MOST_NODES, `${await nodes(inbox)} nodes`);
  const pane = await scroller(inbox);
  for (const part of [0.5, 0.25, 1, 0]) {
    await pane.evaluate((element, part) => (element.scrollTop = (element.scrollHeight - element.clientHeight) * part), part);
    const rank = Math.min(total - 1, Math.round((total - 8) * part));
    const { items } = await agent.get(`/conversations?inbox=${id}&view=open&limit=8&position=${Math.max(0, rank)}`);
    const wanted = items[Math.min(3, items.length - 1)];
    await eventually(async () => {
      const row = inbox.list.locator(`a[href*="/${wanted.id}"]`);
      assert.equal(await row.count(), 1, `row ${rank} of ${total}, “${shown(wanted)}”, is there`);
      assert.ok(await row.isVisible());
    });
    assert.ok((await nodes(inbox)) <= MOST_NODES, `${await nodes(inbox)} nodes at ${part}`);
  }
});

stage.test('V11 scrolling through leaves no gap and keeps the page light', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.list.hover();
  let most = 0;
  for (let at = 0; at < 30; at += 1) {
    await inbox.page.mouse.wheel(0, 1_500);
    most = Math.max(most, await nodes(inbox));
  }
  assert.ok(most <= MOST_NODES, `${most} nodes`);
  await eventually(async () => {
    const [pane, rows] = [await inbox.pane.boundingBox(), await inbox.list.getByRole('link').evaluateAll((all) => all.map((row) => row.closest('[role=listitem], li').getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]).sort((a, b) => a[0] - b[0]))];
    const bottom = Math.max(...rows.map((row) => row[1]));
    assert.ok(bottom >= pane.y + pane.height - 2, 'rows down to the bottom');
    for (let at = 1; at < rows.length; at += 1) assert.ok(Math.abs(rows[at][0] - rows[at - 1][1]) <= 2, 'no gap between rows');
  });
});

stage.test('P1 V11 new mail does not move what is under the pointer; “new” brings it in', async ({ visit }) => {
  const before = await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.rowIsThere(before.subject);
  const pane = await scroller(inbox);
  await inbox.list.hover();
  await inbox.page.mouse.wheel(0, 400);
  await eventually(async () => assert.ok((await pane.evaluate((element) => element.scrollTop)) > 100));
  const { href, top } = await underPointer(inbox);
  const arrived = await fresh();
  const pill = inbox.pane.getByRole('button', { name: /\d+ new/ });
  await pill.waitFor();
  const now = await underPointer(inbox);
  assert.equal(now.href, href, 'the same row is under the pointer');
  assert.ok(Math.abs(now.top - top) <= 1, 'at the same place');
  await pill.click();
  await inbox.rowIsThere(arrived.subject);
  await eventually(async () => assert.ok(await inbox.row(arrived.subject).isVisible()));
  await eventually(async () => assert.equal(await pill.count(), 0));
});

stage.test('P1 V11 at the top, a row under the pointer stays as well', async ({ visit }) => {
  await fresh();
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.list.getByRole('listitem').nth(1).hover();
  const { href, top } = await underPointer(inbox);
  const arrived = await fresh();
  await inbox.pane.getByRole('button', { name: /\d+ new/ }).or(inbox.row(arrived.subject)).first().waitFor();
  const row = inbox.list.locator(`a[href="${href}"]`);
  await eventually(async () => assert.ok(Math.abs((await row.evaluate((element) => element.getBoundingClientRect().top)) - top) <= 1));
});

/** The row that the pointer is over. */
async function underPointer(inbox) {
  const box = await inbox.list.boundingBox();
  const row = await inbox.page.evaluate(() => {
    const over = [...document.querySelectorAll('[role=listitem]:hover, li:hover')].pop();
    const link = over?.querySelector('a') ?? document.querySelector('a:hover');
    return link && { href: link.getAttribute('href'), top: link.getBoundingClientRect().top };
  });
  assert.ok(row, `a row is under the pointer in ${JSON.stringify(box)}`);
  return row;
}

stage.test('V11 Back from a conversation brings the list back where it was', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  const pane = await scroller(inbox);
  await pane.evaluate((element) => (element.scrollTop = 6_000));
  const { items } = await agent.get(`/conversations?inbox=${id}&view=open&limit=100&position=60`);
  const visible = await eventually(async () => {
    const found = await inbox.list.getByRole('link').evaluateAll((all) => all.map((row) => row.getAttribute('href')));
    const item = items.find((one) => found.some((href) => href.endsWith(`/${one.id}`)));
    assert.ok(item);
    return item;
  });
  const top = await pane.evaluate((element) => element.scrollTop);
  await inbox.list.locator(`a[href$="/${visible.id}"]`).click();
  await inbox.articles.first().waitFor();
  await inbox.view('Unassigned').click();
  await eventually(() => assert.match(inbox.page.url(), /unassigned/));
  const [newest] = await agent.conversations(id, 'unassigned', 1);
  await eventually(async () => {
    const row = await inbox.list.locator(`a[href$="/${newest.id}"]`).boundingBox();
    assert.ok(row && row.y > 0 && row.y < 300, 'another list begins at its top, however far this one was scrolled');
  });
  await inbox.page.goBack();
  await eventually(async () => {
    const again = await scroller(inbox);
    assert.ok(Math.abs((await again.evaluate((element) => element.scrollTop)) - top) < 100, 'scrolled as before');
  });
  await inbox.list.locator(`a[href$="/${visible.id}"]`).waitFor();
});

stage.test('V11 P4 the list by keyboard: one step in, arrows between rows, Enter opens', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  const { items } = await agent.get(`/conversations?inbox=${id}&view=open&limit=3`);
  await inbox.list.getByRole('link').first().focus();
  const href = () => inbox.focused((element) => element.getAttribute('href') ?? '');
  const first = await href();
  await inbox.page.keyboard.press('ArrowDown');
  await eventually(async () => assert.notEqual(await href(), first));
  assert.ok((await href()).endsWith(`/${items[1].id}`), await href());
  await inbox.page.keyboard.press('ArrowUp');
  await eventually(async () => assert.equal(await href(), first));
  await inbox.page.keyboard.press('End');
  const [last] = (await agent.get(`/conversations?inbox=${id}&view=open&limit=1&position=${(await agent.counts(id)).open - 1}`)).items;
  await eventually(async () => assert.ok((await href()).endsWith(`/${last.id}`), await href()));
  await inbox.page.keyboard.press('Home');
  await eventually(async () => assert.equal(await href(), first));
  await inbox.page.keyboard.press('ArrowDown');
  await eventually(async () => assert.ok((await href()).endsWith(`/${items[1].id}`), await href()));
  await inbox.page.keyboard.press('Enter');
  await inbox.articles.first().waitFor();
  await eventually(() => assert.ok(inbox.page.url().includes(`/${items[1].id}`), inbox.page.url()));
});

stage.test('S1 search finds by words at once, the state is in the address, and Exit search goes back', async ({ visit }) => {
  const { subject } = await fresh('The parcel with the barcode 77120934 is lost.');
  const inbox = await visit({ as: 'agent', path: OPEN });
  await inbox.list.getByRole('link').first().waitFor();
  await inbox.button('Search conversations').click();
  const box = inbox.page.getByRole('searchbox');
  await box.pressSequentially('barcode 7712093');
  await inbox.rowIsThere(subject);
  await eventually(async () => assert.equal(await inbox.list.getByRole('link').count(), 1));
  await eventually(() => assert.match(inbox.page.url(), /q=barcode%207712093$/));
  await inbox.page.reload();
  await inbox.rowIsThere(subject);
  assert.equal(await box.inputValue(), 'barcode 7712093');
  await inbox.button('Exit search').click();
  await eventually(() => assert.ok(inbox.page.url().endsWith(OPEN), inbox.page.url()));
  await eventually(async () => assert.ok((await inbox.list.getByRole('link').count()) > 3));
});
