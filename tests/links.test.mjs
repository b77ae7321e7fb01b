// A link to one message leads to it, from anywhere, or says plainly that it cannot (M1–M3).

import assert from 'node:assert/strict';
import { letter, longThread } from './support/mail.mjs';
import { PASSWORD, PEOPLE } from './support/server.mjs';
import { openStage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
/** Chromium itself writes every answer of 404 to the console. */
const NOT_FOUND = /status of 404 .*\/api\/v1\/(messages|conversations)\//;

const LONG = 'An order with three hundred letters';
await stage.server.importRaw(longThread(LONG, 300).map(letter));
const long = await (await stage.server.api('agent')).bySubject(LONG);
const letters = await (await stage.server.api('agent')).thread(long.id);
const link = (message) => `/conversations/${message.conversation_id}/messages/${message.id}`;

/** The message is there, in sight, marked and focused, and stays where it is. */
async function landedOn(inbox, words) {
  const article = inbox.message(words);
  await article.waitFor();
  await eventually(async () => {
    const { inSight, focused, current } = await article.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const pane = element.closest('[aria-label="Messages"]').getBoundingClientRect();
      return {
        inSight: box.top >= pane.top - 1 && Math.min(box.bottom, box.top + 40) <= pane.bottom + 1,
        focused: element === document.activeElement,
        current: element.getAttribute('aria-current'),
      };
    });
    assert.ok(inSight, `“${words}” is not in sight`);
    assert.ok(focused, `“${words}” is not focused`);
    assert.ok(current && current !== 'false', `“${words}” is not marked`);
  });
  assert.equal(await inbox.messages.locator('article[aria-current]:not([aria-current="false"])').count(), 1, 'one is marked');
}

stage.test('M2 message 7 of a thread of 300: scrolled to, marked and focused', async ({ visit }) => {
  assert.equal(letters.length, 300);
  const inbox = await visit({ as: 'agent', path: link(letters[6]) });
  await landedOn(inbox, 'This is letter 7 of 300.');
  await inbox.threadHeading(LONG);
  assert.ok((await inbox.articles.count()) < 150, 'without loading all of the thread');
});

stage.test('M2 the first, the middle and the last message are as near', async ({ visit }) => {
  for (const at of [1, 150, 300]) {
    const inbox = await visit({ as: 'agent', path: link(letters[at - 1]) });
    await landedOn(inbox, `This is letter ${at} of 300.`);
  }
});

stage.test('M2 a second link into the open thread leads on, and Back leads back', async ({ visit }) => {
  const inbox = await visit({ as: 'agent', path: link(letters[6]) });
  await landedOn(inbox, 'This is letter 7 of 300.');
  await inbox.open(link(letters[199]));
  await landedOn(inbox, 'This is letter 200 of 300.');
  await inbox.page.goBack();
  await landedOn(inbox, 'This is letter 7 of 300.');
});

stage.test('M2 a cold start signed out: sign in, then land on the message', async ({ visit }) => {
  const inbox = await visit({ path: link(letters[6]) });
  await inbox.button('Sign in').waitFor();
  await inbox.signIn(PEOPLE.second.email, PASSWORD);
  await landedOn(inbox, 'This is letter 7 of 300.');
});

stage.test('M2 a message in Spam, in Trash, in a closed conversation', async ({ visit, server, api }) => {
  const agent = await api('agent');
  const states = { Spam: agent.spam, Trash: agent.trash, closed: agent.close };
  for (const [name, move] of Object.entries(states)) {
    const subject = `Linked in ${name}`;
    const [conversation] = await server.receive([{ subject, text: `The words in ${name}.` }]);
    const [message] = await agent.thread(conversation.id);
    await move(conversation.id);
    const inbox = await visit({ as: 'second', path: link(message) });
    await landedOn(inbox, `The words in ${name}.`);
    await inbox.threadHeading(subject);
  }
});

stage.test('M2 a hidden message is a place to land on as well', async ({ visit, server, api }) => {
  const [conversation] = await server.receive([{ subject: 'Linked and hidden', text: 'The words to hide.' }]);
  const agent = await api('agent');
  const [message] = await agent.thread(conversation.id);
  await agent.hide(message.id);
  const inbox = await visit({ as: 'second', path: link(message) });
  await landedOn(inbox, 'Message has been hidden');
});

stage.test('M3 deleted for good, not for this agent, and never there look the same', async ({ visit, server, api }) => {
  const admin = await api('admin');
  const secret = 'Kvartalsavtal 8812';
  const [sales] = await server.receive([{ subject: secret, text: 'Only for sales.', to: { email: 'sales@hyllan.example' } }], 'Sales');
  const [secretMessage] = await admin.thread(sales.id);
  const [gone] = await server.receive([{ subject: 'Gone for good', text: 'Gone for good, all of it.' }]);
  const [goneMessage] = await admin.thread(gone.id);
  await admin.trash(gone.id);
  await admin.delete(`/conversations/${gone.id}`);
  const never = { id: 99_999_999, conversation_id: 99_999_999 };

  // What is told depends on what the address names, and on nothing else.
  const pages = { message: [], conversation: [] };
  for (const message of [goneMessage, secretMessage, never]) {
    for (const [kind, path] of Object.entries({ message: link(message), conversation: `/conversations/${message.conversation_id}` })) {
      const inbox = await visit({ as: 'agent', path, expected: [NOT_FOUND] });
      await inbox.notFound.waitFor();
      await eventually(async () => assert.equal(await inbox.details.count(), 0, 'no details beside what is not here'));
      await eventually(async () => {
        const { x, width } = await inbox.main.boundingBox();
        assert.equal(Math.round(x + width), inbox.page.viewportSize().width, 'nor an empty place for them');
      });
      const text = await inbox.page.locator('body').innerText();
      assert.ok(!text.includes(secret) && !text.includes('Only for sales'), 'it leaks nothing');
      assert.ok(!(await inbox.page.content()).includes(secret));
      assert.ok(!(await inbox.page.title()).includes(secret));
      assert.equal(await inbox.articles.count(), 0);
      pages[kind].push(await inbox.main.innerText());
      await inbox.page.close();
    }
  }
  for (const told of Object.values(pages)) {
    assert.deepEqual(new Set(told).size, 1, `one page for all:\n${[...new Set(told)].join('\n---\n')}`);
  }

  const answers = [];
  const agent = await api('agent');
  for (const message of [goneMessage, secretMessage, never]) {
    for (const path of [`/messages/${message.id}`, `/messages/${message.id}/body`, `/messages/${message.id}/source`]) {
      const answer = await agent.ask('GET', path);
      assert.equal(answer.status, 404);
      answers.push(JSON.stringify(answer.json));
    }
  }
  assert.equal(new Set(answers).size, 1, [...new Set(answers)].join('\n'));
  const allowed = await visit({ as: 'admin', path: link(secretMessage) });
  await landedOn(allowed, 'Only for sales.');
});

stage.test('M3 a message under the wrong conversation is not followed to another inbox', async ({ visit, server, api }) => {
  const admin = await api('admin');
  const [sales] = await server.receive([{ subject: 'Crossed', text: 'Words for sales only.', to: { email: 'sales@hyllan.example' } }], 'Sales');
  const [message] = await admin.thread(sales.id);
  const inbox = await visit({ as: 'agent', path: `/conversations/${long.id}/messages/${message.id}`, expected: [NOT_FOUND] });
  await inbox.notFound.waitFor();
  assert.ok(!(await inbox.page.content()).includes('Words for sales only'));
});

stage.test('M1 Copy link by mouse puts the absolute address on the clipboard and says so', async ({ visit, server }) => {
  const inbox = await visit({ as: 'agent', path: link(letters[6]), permissions: ['clipboard-read', 'clipboard-write'] });
  const article = inbox.message('This is letter 6 of 300.');
  await inbox.messageMenu(article);
  await inbox.choose('Copy link');
  await inbox.told(/copied/i);
  assert.equal(await inbox.page.evaluate(() => navigator.clipboard.readText()), server.origin + link(letters[5]));
});

stage.test('M1 Copy link by keyboard alone', async ({ visit, server }) => {
  const inbox = await visit({ as: 'agent', path: link(letters[6]), permissions: ['clipboard-read', 'clipboard-write'] });
  await landedOn(inbox, 'This is letter 7 of 300.');
  const { keyboard } = inbox.page;
  await keyboard.press('Tab');
  await eventually(async () => {
    const name = await inbox.focused((element) => element.getAttribute('aria-label') ?? element.textContent);
    if (name !== 'Message actions') await keyboard.press('Tab');
    assert.equal(name, 'Message actions');
  });
  await keyboard.press('Enter');
  await inbox.item('Copy link').waitFor();
  await eventually(async () => assert.match(await inbox.focused((element) => element.textContent), /Copy link/));
  await keyboard.press('Enter');
  await inbox.told(/copied/i);
  assert.equal(await inbox.page.evaluate(() => navigator.clipboard.readText()), server.origin + link(letters[6]));
  await eventually(async () =>
    assert.equal(await inbox.focused((element) => element.getAttribute('aria-label')), 'Message actions', 'the focus comes back'),
  );
});

/** Each makes the clipboard unavailable in its own way. */
const WITHOUT = {
  'the permission is denied': () => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
  },
  'there is no Clipboard API': () => delete Navigator.prototype.clipboard,
  'nothing can copy at all': () => {
    delete Navigator.prototype.clipboard;
    document.execCommand = () => false;
  },
};
for (const [why, init] of Object.entries(WITHOUT)) {
  stage.test(`M1 Copy link where ${why}`, async ({ visit, server }) => {
    const [conversation] = await server.receive([{ subject: `Copied where ${why}`, text: 'A letter to point at.' }]);
    const [message] = await (await server.api('agent')).thread(conversation.id);
    const inbox = await visit({ as: 'agent', path: link(message), init });
    await landedOn(inbox, 'A letter to point at.');
    await inbox.messageMenu(inbox.message('A letter to point at.'));
    await inbox.choose('Copy link');
    const wanted = server.origin + link(message);
    await eventually(async () => {
      const shown = await inbox.page.locator('input, textarea').evaluateAll((all) => all.map((element) => element.value));
      const texts = await inbox.status.allInnerTexts();
      assert.ok(shown.includes(wanted) || texts.some((text) => /copied/i.test(text)), 'it says copied, or shows the address');
    });
    if ((await inbox.status.allInnerTexts()).some((text) => /copied/i.test(text))) {
      await inbox.pasted(wanted);
    } else {
      assert.ok((await inbox.page.evaluate(() => getSelection().toString() || document.activeElement.value)).includes(wanted), 'ready to be copied by hand');
    }
  });
}
