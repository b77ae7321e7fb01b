// The satisfaction survey (D5): switched on by an admin, sent when a ticket closes, answered by a customer without an account.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const agent = await stage.server.api('agent');
const admin = await stage.server.api('admin');
let count = 0;

/** A conversation with a ticket, of a customer of its own. */
async function ticketed(words) {
  count += 1;
  const subject = `${words} ${count}`;
  const [conversation] = await stage.server.receive([{ subject, from: { name: 'Nora Nymark', email: `nora${count}@survey.example` }, text: 'Please help.' }]);
  const { ticket } = await agent.post(`/conversations/${conversation.id}/ticket`, { name: `Ticket of ${subject}` });
  return { ...conversation, subject, ticket, path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` };
}

const switchedOn = () => admin.patch('/pipelines/1', { survey: true });
const closedStatus = async () => (await agent.get('/pipelines')).items[0].statuses.find(({ closed }) => closed);

/** The link in the newest mail of a thread. */
async function linkOf(conversation) {
  const mail = (await agent.thread(conversation.id)).at(-1);
  return /http\S+\/survey\/[0-9a-f]+/.exec(mail.text)[0];
}

stage.test('D5 K8 P1 an admin switches the survey on, closing a ticket says whom it asks, the customer answers, and a colleague sees it at once', async ({ visit }) => {
  const settings = await visit({ as: 'admin', path: '/settings/pipelines' });
  const box = settings.main.getByRole('region', { name: 'Support', exact: true }).getByRole('checkbox', { name: /Ask the contact how it went/ });
  await box.waitFor();
  assert.equal(await box.isChecked(), false, 'off until somebody wants it');
  await box.check();
  await settings.told(/Contacts will be asked how it went/);
  await eventually(async () => assert.equal((await admin.get('/pipelines')).items[0].survey, true));

  const conversation = await ticketed('Asked about');
  const inbox = await visit({ as: 'agent', path: conversation.path });
  const colleague = await visit({ as: 'second', path: conversation.path });
  await inbox.threadIsThere(conversation.subject);
  await colleague.threadIsThere(conversation.subject);
  await inbox.reply.getByRole('button', { name: /^Ticket status/ }).click();
  const panel = inbox.page.getByRole('dialog', { name: /^Ticket status/ });
  const closed = panel.getByRole('button', { name: /^Closed/ });
  await closed.filter({ hasText: 'Also closes 1 conversation and asks Nora Nymark how it went.' }).waitFor();
  await closed.click();
  await inbox.message(/How did we do\?/).waitFor();
  await colleague.message(/How did we do\?/).waitFor();
  assert.equal((await agent.get(`/conversations/${conversation.id}`)).state, 'closed', 'the question opens nothing');

  const customer = await visit({ path: null });
  await customer.page.goto(await linkOf(conversation));
  await customer.page.getByRole('heading', { name: 'How did we do?' }).waitFor();
  await customer.page.getByRole('radio', { name: '4 Good' }).check();
  await customer.page.getByRole('textbox', { name: /In a few words/ }).fill('Quick, and <b>friendly</b>.');
  await customer.button('Send').click();
  await customer.page.getByRole('heading', { name: 'Thank you' }).waitFor();
  for (const each of [inbox, colleague]) {
    const said = each.details.getByRole('listitem').filter({ hasText: 'Quick, and <b>friendly</b>.' });
    await said.filter({ hasText: '4 of 5' }).waitFor();
  }
  assert.deepEqual(await customer.context.cookies(), [], 'no cookie for who has no account');
});

stage.test('D5 P4 the customer’s page by keyboard alone, without scripts, in both themes and on a telephone', async ({ visit }) => {
  await switchedOn();
  const conversation = await ticketed('By keyboard');
  await agent.patch(`/tickets/${conversation.ticket.id}`, { status_id: (await closedStatus()).id });
  const link = await linkOf(conversation);
  const shown = (await visit({ path: null })).page;
  await shown.goto(link);
  await shown.getByRole('heading', { name: 'How did we do?' }).waitFor();
  for (const colorScheme of ['light', 'dark']) {
    await shown.emulateMedia({ colorScheme });
    for (const width of [1440, 1024, 375]) {
      await shown.setViewportSize({ width, height: 900 });
      const { violations } = await new AxeBuilder({ page: shown }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${colorScheme} at ${width}`);
      assert.ok(await shown.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing is cut off at ${width}`);
    }
  }
  const { page } = await visit({ path: null, javaScriptEnabled: false, viewport: { width: 375, height: 800 } });
  await page.goto(link);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Two, by keys.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await eventually(async () => {
    const { feedback } = await agent.get(`/conversations/${conversation.id}/sidebar`);
    assert.deepEqual(feedback.map(({ score, text }) => [score, text]), [[2, 'Two, by keys.']]);
  });
});

stage.test('D5 T9 undo of closing takes the survey back, and its link says that it is not open', async ({ visit }) => {
  await switchedOn();
  const conversation = await ticketed('Taken back');
  const inbox = await visit({ as: 'agent', path: conversation.path });
  await inbox.threadIsThere(conversation.subject);
  await inbox.reply.getByRole('button', { name: /^Ticket status/ }).click();
  await inbox.page.getByRole('dialog', { name: /^Ticket status/ }).getByRole('button', { name: /^Closed/ }).click();
  await inbox.told(/Ticket status changed/);
  await inbox.message(/How did we do\?/).waitFor();
  const link = await linkOf(conversation);
  await inbox.button('Undo').click();
  await eventually(async () => assert.equal((await agent.get(`/tickets/${conversation.ticket.id}`)).ticket.closed, false));
  const customer = await visit({ path: null, expected: [/status of 404/] });
  await customer.page.goto(link);
  await customer.page.getByRole('heading', { name: 'This link is not open' }).waitFor();
  await inbox.button('History', inbox.details).click();
  await inbox.details.getByText('Nora Nymark was asked how it went').waitFor();
  await inbox.details.getByText('Nora Nymark is no longer asked how it went').waitFor();
});
