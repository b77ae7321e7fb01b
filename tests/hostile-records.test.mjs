// Names and texts of tickets, records and settings that mean harm: they are text wherever they stand (§7).

import assert from 'node:assert/strict';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const { server } = stage;
const agent = await server.api('agent');
const admin = await server.api('admin');

const IMAGE = '<img src=x onerror=alert(1)>';
const SCRIPT = '"><script>alert(2)</script>';
const LINK = 'javascript:alert(3)';
/** Turns round what stands behind it. */
const TURNED = '\u202egnp.exe';
const LONG = 'W'.repeat(5_000);
const WIDTHS = [1440, 375];

/** What is too long or not of its kind is refused, and has to be: then it stands nowhere. */
async function tried(method, path, body) {
  const { status, json } = await admin.ask(method, path, body);
  assert.ok(status < 300 || status === 422, `${method} ${path}: ${status}`);
  return json;
}

const { pipeline } = await admin.post('/pipelines', {
  name: `Line ${IMAGE}`,
  statuses: [
    { name: `New ${SCRIPT}`, colour: 'blue', closed: false },
    { name: `Done ${IMAGE}`, colour: 'grey', closed: true },
  ],
});
const { property } = await admin.post('/properties', {
  object: 'contact',
  kind: 'choice',
  name: `Label ${IMAGE}`,
  options: [`Option ${SCRIPT}`, `Option ${IMAGE}`],
});
await admin.post('/object-types', { name: `Thing ${IMAGE}`, plural: `Things ${IMAGE}` });
const [conversation] = await server.receive([
  {
    subject: `Subject ${SCRIPT}`,
    from: { name: `Sender ${IMAGE} ${TURNED}`, email: 'records@harm.example' },
    text: `See it. ${LONG}`,
    attachments: [{ name: `${IMAGE}${TURNED}.html`, type: 'text/html', bytes: Buffer.from('<script>alert(4)</script>') }],
  },
]);
const contact = conversation.contact.id;
const name = `Ticket ${IMAGE}${SCRIPT}`;
const { ticket } = await agent.post(`/conversations/${conversation.id}/ticket`, { name });
await admin.patch(`/tickets/${ticket.id}`, { pipeline_id: pipeline.id });
const { record } = await admin.patch(`/contacts/${contact}`, { values: { [property.key]: property.options[0].id } });
assert.equal(record.values[property.key], property.options[0].id);
for (const values of [{ phone: LINK }, { email: `${LINK}@harm.example` }, { name: LONG }]) await tried('PATCH', `/contacts/${contact}`, { values });
const links = [{ kind: 'contact', id: contact }];
await admin.post('/companies', { values: { name: `Company ${SCRIPT} ${'W'.repeat(80)}` }, links });
await tried('POST', '/companies', { values: { name: 'By its domain', domain: LINK }, links });
await admin.post('/deals', { values: { name: `Deal ${IMAGE} ${TURNED}` }, links });
const told = `Note ${IMAGE} ${SCRIPT} ${LINK} `;
await admin.post('/activities', { record: { kind: 'contact', id: contact }, kind: 'note', text: told + LONG.slice(told.length) });
const { custom_view: view } = await agent.post('/custom-views', { name: `View ${IMAGE}`, query: 'subject', shared: true });

/** Every screen: where it is, and the words that have to be read there as they were written. */
const SCREENS = {
  'a conversation with its ticket': [`/inbox/${conversation.inbox_id}/open/${conversation.id}`, [SCRIPT]],
  'the list': [`/inbox/${conversation.inbox_id}/open`, [IMAGE]],
  'a custom view': [`/inbox/${conversation.inbox_id}/custom-${view.id}`, [`View ${IMAGE}`]],
  'the table of tickets': ['/tickets', [name]],
  'the board of tickets': [`/tickets?show=board&pipeline=${pipeline.id}`, [name, `New ${SCRIPT}`]],
  'a ticket': [`/tickets/${ticket.id}`, [`Subject ${SCRIPT}`]],
  'a contact': [`/contacts/${contact}`, [`Label ${IMAGE}`, `Deal ${IMAGE}`, `Company ${SCRIPT}`, told.trim()]],
  contacts: ['/contacts', [IMAGE, `Things ${IMAGE}`]],
  companies: ['/companies', [`Company ${SCRIPT}`]],
  deals: ['/deals', [`Deal ${IMAGE}`]],
  'the settings of pipelines': ['/settings/pipelines', [`Line ${IMAGE}`, `New ${SCRIPT}`]],
  'the settings of properties': ['/settings/properties', [`Label ${IMAGE}`, `Option ${SCRIPT}`, `Thing ${IMAGE}`]],
};

/** All that can be read, in fields too. */
const readable = (page) =>
  page.evaluate(() => [document.body.innerText, ...[...document.querySelectorAll('input, textarea')].map((field) => field.value)].join('\n'));

/** What of the page stands beyond its right edge, or is cut off there by the page itself. */
const beyond = (page) =>
  page.evaluate(() => {
    const clips = (element) => /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX);
    const cut = (element) => {
      for (let at = element; at && at !== document.body && !at.matches('main'); at = at.parentElement) {
        if (at !== element && clips(at)) return false;
      }
      return true;
    };
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
      .filter((element) => element.closest('main, nav, header, dialog') && cut(element))
      .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 60)}`);
  });

/** Nothing of it became part of the page. Words on the console, dialogs and requests are noted by the stage. */
async function harmless(inbox) {
  assert.equal(await inbox.page.locator('img[src="x"], main script, dialog script, a[href^="javascript:" i]').count(), 0);
  assert.equal(new URL(inbox.page.url()).origin, server.origin);
}

for (const [what, [path, words]] of Object.entries(SCREENS)) {
  stage.test(`§7 hostile names are text: ${what}`, async ({ visit }) => {
    for (const width of WIDTHS) {
      const inbox = await visit({ as: 'admin', path, viewport: { width, height: 900 } });
      for (const each of words) {
        await eventually(async () => assert.ok((await readable(inbox.page)).includes(each), `“${each}” cannot be read at ${width}`));
      }
      await inbox.page.waitForLoadState('networkidle').catch(() => {});
      await harmless(inbox);
      if (width < 1000) assert.deepEqual(await beyond(inbox.page), [], 'nothing stands beyond the edge');
    }
  });
}

stage.test('§7 hostile names are text: fields, the window’s name and what is told', async ({ visit }) => {
  const inbox = await visit({ as: 'admin', path: `/tickets/${ticket.id}` });
  await eventually(async () => assert.ok((await inbox.page.title()).includes(name), await inbox.page.title()));
  assert.equal(await inbox.main.getByRole('textbox', { name: 'Name' }).inputValue(), name);
  await inbox.open('/settings/pipelines');
  await inbox.main.getByRole('list', { name: `Statuses of Line ${IMAGE}` }).waitFor();
  const first = inbox.main.getByRole('list', { name: `Statuses of Line ${IMAGE}` }).getByLabel('Name of the status').first();
  assert.equal(await first.inputValue(), `New ${SCRIPT}`);
  await inbox.open(`/contacts/${contact}`);
  await inbox.moreActions(/Merge/);
  const dialog = inbox.page.getByRole('dialog', { name: 'Merge two contacts' });
  await dialog.getByRole('searchbox').fill(IMAGE);
  await dialog.getByText('Nothing by these words.').waitFor();
  await harmless(inbox);
  // The first empties the field, as the browser has it, the second closes.
  await inbox.page.keyboard.press('Escape');
  await inbox.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await inbox.moreActions('Move to Trash');
  await inbox.main.getByText(/is in Trash/).waitFor();
  await harmless(inbox);
  await inbox.button('Restore').click();
  await inbox.button('Add note').waitFor();
});

stage.test('§7 hostile names are text: the palette', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: `/inbox/${conversation.inbox_id}/open/${conversation.id}` });
  await inbox.threadIsThere(`Subject ${SCRIPT}`);
  await inbox.page.keyboard.press('ControlOrMeta+k');
  const palette = inbox.page.getByRole('dialog', { name: 'Find anything' });
  for (const [words, found] of [['onerror', `View ${IMAGE}`], ['subject', `Subject ${SCRIPT}`]]) {
    await palette.getByRole('combobox').fill(words);
    await eventually(async () => assert.ok((await palette.innerText()).includes(found), `${found} is not found`));
    await harmless(inbox);
  }
});
