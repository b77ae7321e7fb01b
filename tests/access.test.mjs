// Everyone can use it: axe on every screen in both themes at three widths, and the keyboard alone (P4).

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { PASSWORD, PEOPLE } from './support/server.mjs';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const { server } = stage;
const agent = await server.api('agent');
const SIGNED_OUT = /status of 401 .*\/api\/v1\/session\b/;
const WIDTHS = [1440, 1024, 375];
const THEMES = ['light', 'dark'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const subjects = ['Plain to look at', 'HTML to look at', 'Hidden to look at', 'Trash to look at', 'Spam to look at'];
const [plain, html, hidden, trash, spam] = await server.receive([
  { subject: subjects[0], text: 'Hello!\n\nOn Thursday you wrote:\n> Some words' },
  { subject: subjects[1], html: '<h2>News</h2><p>With <a href="https://hyllan.example/">a link</a> and <img src="https://hyllan.example/a.png" alt="a shelf">.</p>' },
  { subject: subjects[2], text: 'To be hidden.' },
  { subject: subjects[3], text: 'To be deleted.' },
  { subject: subjects[4], text: 'To be filtered.' },
]);
await agent.comment(plain.id, 'A comment to look at.');
await agent.hide((await agent.thread(hidden.id))[0].id);
await agent.trash(trash.id);
await agent.spam(spam.id);
const { custom_view: custom } = await agent.post('/custom-views', { name: 'Looked at', query: 'look' });
const at = (view, conversation) => `/inbox/${plain.inbox_id}/${view}${conversation ? `/${conversation.id}` : ''}`;

/** Every screen: where it is, and what makes it whole. */
const SCREENS = {
  'sign-in': { as: null, path: '/sign-in', ready: (inbox) => inbox.button('Sign in').waitFor() },
  'sign-in with mistakes': {
    as: null,
    path: '/sign-in',
    expected: [SIGNED_OUT],
    ready: async (inbox) => {
      await inbox.signIn(PEOPLE.agent.email, 'wrong');
      await inbox.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    },
  },
  list: { path: at('open'), ready: (inbox) => inbox.rowIsThere(subjects[0]) },
  thread: { path: at('open', plain), ready: (inbox) => inbox.threadIsThere(subjects[0]) },
  'HTML mail': {
    // axe itself tries to run in the mail's frame, where nothing can.
    expected: [/Blocked script execution/],
    path: at('open', html),
    ready: async (inbox) => {
      await inbox.threadIsThere(subjects[1]);
      await inbox.articles.locator('iframe').first().contentFrame().getByText('News').waitFor();
    },
  },
  'hidden message': { path: at('open', hidden), ready: (inbox) => inbox.message('Message has been hidden').waitFor() },
  trash: { path: at('trash', trash), ready: (inbox) => inbox.threadIsThere(subjects[3]) },
  spam: { path: at('spam', spam), ready: (inbox) => inbox.threadIsThere(subjects[4]) },
  search: { path: `${at('open')}?q=look`, ready: (inbox) => inbox.rowIsThere(subjects[0]) },
  'search without a find': {
    path: `${at('open')}?q=nothingislikethis`,
    ready: (inbox) => eventually(async () => assert.match(await inbox.pane.innerText(), /(no|nothing)/i)),
  },
  'a menu open': {
    path: at('open', plain),
    ready: async (inbox) => {
      await inbox.threadIsThere(subjects[0]);
      await inbox.moreActions();
    },
  },
  'a message’s menu open': {
    path: at('open', plain),
    ready: async (inbox) => {
      await inbox.threadIsThere(subjects[0]);
      await inbox.messageMenu(inbox.articles.first());
    },
  },
  'a dialog open': {
    path: at('trash', trash),
    ready: async (inbox) => {
      await inbox.threadIsThere(subjects[3]);
      await inbox.button('Delete permanently').click();
      await inbox.page.getByRole('dialog').or(inbox.page.getByRole('alertdialog')).waitFor();
    },
  },
  'a note': {
    path: at('open', plain),
    ready: async (inbox) => {
      await inbox.threadIsThere(subjects[0]);
      await inbox.moreActions(/unread/i);
      await inbox.told(/\w/);
    },
  },
  'rows ticked': {
    path: at('open'),
    ready: async (inbox) => {
      const boxes = inbox.list.getByRole('checkbox');
      await boxes.nth(1).waitFor({ state: 'attached' });
      for (const nth of [0, 1]) await boxes.nth(nth).click();
      await inbox.page.getByRole('group', { name: 'Selected conversations' }).waitFor();
    },
  },
  'keeping a search as a view': {
    path: `${at('open')}?q=look`,
    ready: async (inbox) => {
      await inbox.button('Save view').click();
      await inbox.page.getByRole('dialog', { name: 'Save view' }).waitFor();
    },
  },
  'a custom view': {
    path: `/inbox/${plain.inbox_id}/custom-${custom.id}`,
    ready: (inbox) => inbox.pane.getByRole('heading', { level: 2, name: /Looked at/ }).waitFor(),
  },
  'the history': {
    path: at('open', plain),
    init: () => localStorage.setItem('samtal.details.history', 'open'),
    ready: async (inbox) => {
      await inbox.threadIsThere(subjects[0]);
      if (await inbox.details.isVisible()) await inbox.details.locator('.history').getByRole('listitem').first().waitFor();
    },
  },
  'not found': {
    path: '/conversations/99999999',
    expected: [/status of 404/],
    ready: (inbox) => inbox.notFound.waitFor(),
  },
  'no such page': { path: '/nowhere', ready: (inbox) => inbox.page.getByRole('heading', { level: 1 }).waitFor() },
};

for (const [name, { as = 'agent', path, ready, expected = [], init }] of Object.entries(SCREENS)) {
  stage.test(`P4 axe finds nothing: ${name}`, async ({ visit }) => {
    const found = [];
    for (const width of WIDTHS) {
      const inbox = await visit({ as, path, init, expected: [...expected], viewport: { width, height: 900 }, colorScheme: 'light' });
      await ready(inbox);
      for (const colorScheme of THEMES) {
        await inbox.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page: inbox.page }).withTags(RULES).setLegacyMode(true).analyze();
        for (const { id, nodes } of violations) {
          found.push(`${width} ${colorScheme}: ${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim()})`).join('; ')}`);
        }
        const wide = await inbox.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) found.push(`${width} ${colorScheme}: the page is ${wide} px too wide`);
      }
      await inbox.page.close();
    }
    assert.deepEqual(found, []);
  });
}

stage.test('P4 by keyboard alone: sign in, open a conversation, answer, close it', async ({ visit, api }) => {
  const subject = 'Answered by keyboard';
  const [conversation] = await server.receive([{ subject, text: 'Is anybody there?' }]);
  const inbox = await visit({ path: `/inbox/${conversation.inbox_id}/open` });
  const { keyboard } = inbox.page;
  await inbox.page.getByRole('textbox', { name: 'Email' }).waitFor();
  await tabTo(inbox, (element) => element.type === 'email');
  await keyboard.type(PEOPLE.agent.email);
  await keyboard.press('Tab');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await inbox.rowIsThere(subject);
  await tabTo(inbox, (element) => element.matches('[aria-label="Conversations"] a, [aria-label="Conversations"] a *'));
  for (let step = 0; step < 5 && !(await inbox.focused((element) => element.closest('li, [role=listitem]')?.textContent ?? '')).includes(subject); step += 1) {
    await keyboard.press('ArrowDown');
  }
  await keyboard.press('Enter');
  await inbox.threadIsThere(subject);
  await tabTo(inbox, (element) => element.tagName === 'TEXTAREA' || element.isContentEditable);
  await keyboard.type('Yes, here I am.');
  await tabTo(inbox, (element) => element.textContent.trim() === 'Send' || element.getAttribute('aria-label') === 'Send');
  await keyboard.press('Enter');
  await inbox.message('Yes, here I am.').waitFor();
  await tabTo(inbox, (element) => /^Close conversation/.test(element.getAttribute('aria-label') ?? element.textContent.trim()), 'Shift+Tab');
  await keyboard.press('Enter');
  const client = await api('agent');
  await eventually(async () => assert.equal((await client.get(`/conversations/${conversation.id}`)).state, 'closed'));
  assert.notEqual(await inbox.focused((element) => element.tagName), 'BODY', 'the focus is not lost');
});

/** Steps on until the focus is where `wanted` says; each stop must be seen. */
async function tabTo(inbox, wanted, key = 'Tab') {
  const passed = [];
  for (let step = 0; step < 60; step += 1) {
    if (await inbox.focused(wanted)) return;
    await inbox.page.keyboard.press(key);
    passed.push(await inbox.focused((element) => element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30) ?? element.tagName));
  }
  assert.fail(`the keyboard does not lead there; it passed ${passed.join(' · ')}`);
}

stage.test('P4 every control that has the focus shows it', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: at('open', plain) });
  await inbox.threadIsThere(subjects[0]);
  const unseen = [];
  for (let step = 0; step < 45; step += 1) {
    await inbox.page.keyboard.press('Tab');
    const about = await inbox.focused((element) => {
      const shows = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
      };
      const seen = [element, element.parentElement, element.closest('li, [role=listitem], form, label')].some((one) => one && shows(one));
      return { seen, what: element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40), tag: element.tagName };
    });
    if (!about.seen && !['BODY', 'IFRAME'].includes(about.tag)) unseen.push(`${about.tag} ${about.what}`);
  }
  assert.deepEqual([...new Set(unseen)], []);
});

stage.test('P4 the page has its landmarks and says its language', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: at('open', plain) });
  await inbox.threadIsThere(subjects[0]);
  assert.equal(await inbox.page.locator('html').getAttribute('lang'), 'en');
  for (const [role, name] of [['navigation', 'Inbox views'], ['region', 'Conversation list'], ['form', 'Reply'], ['complementary', 'Details']]) {
    assert.equal(await inbox.page.getByRole(role, { name, exact: true }).count(), 1, `${role} “${name}”`);
  }
  assert.equal(await inbox.page.getByRole('main').count(), 1);
  assert.equal(await inbox.page.getByRole('heading', { level: 1 }).count(), 1);
  assert.match(await inbox.page.title(), new RegExp(subjects[0]));
});
