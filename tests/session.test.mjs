// Signing in and out, and where one lands (X5, M2).

import assert from 'node:assert/strict';
import { PASSWORD, PEOPLE } from './support/server.mjs';
import { openStage, plant } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

const stage = await openStage();
const { email } = PEOPLE.agent;
/** Chromium itself writes every answer of 401 to the console: a wrong password is one, being nobody yet is none. */
const SIGNED_OUT = /status of 401 .*\/api\/v1\/session\b/;

stage.test('X5 a wrong password is said beside the form, and what was typed stays', async ({ visit }) => {
  const inbox = await visit({ expected: [SIGNED_OUT] });
  await inbox.signIn(email, 'not the password');
  const alert = inbox.page.getByRole('alert');
  await alert.filter({ hasText: /\w/ }).waitFor();
  const form = inbox.page.locator('form', { has: inbox.button('Sign in') });
  assert.equal(await form.getByRole('alert').count(), 1, 'the message stands in the form');
  assert.match(await alert.innerText(), /email|password/i);
  assert.equal(await inbox.page.getByRole('textbox', { name: 'Email' }).inputValue(), email);
  assert.match(inbox.page.url(), /\/sign-in/);
  assert.deepEqual(await inbox.context.cookies(), [], 'and no session began');

  await inbox.signIn(email, PASSWORD);
  await inbox.views.waitFor();
});

stage.test('X5 an unknown address is answered as a wrong password is', async ({ api }) => {
  const nobody = await api();
  const wrong = await nobody.ask('POST', '/session', { email, password: 'not the password' });
  const unknown = await nobody.ask('POST', '/session', { email: 'nobody@demo.test', password: 'not the password' });
  assert.equal(wrong.status, 401);
  assert.equal(unknown.status, 401);
  assert.deepEqual(unknown.json, wrong.json);
  assert.equal(wrong.json.code, 'wrong_credentials');
});

stage.test('X5 signing in gives a cookie that scripts and other sites do not get', async ({ visit }) => {
  const inbox = await visit();
  await inbox.signIn(email, PASSWORD);
  await inbox.views.waitFor();
  const cookies = await inbox.context.cookies();
  assert.equal(cookies.length, 1);
  const [cookie] = cookies;
  assert.match(cookie.name, /^(__Host-)?samtal$/);
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Lax');
  assert.equal(cookie.path, '/');
  assert.equal(await inbox.page.evaluate(() => document.cookie), '');
  assert.doesNotMatch(await inbox.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })), new RegExp(cookie.value));
});

stage.test('X5 each sign-in has a session of its own: an old cookie is not taken over', async ({ visit }) => {
  const inbox = await visit({ path: null });
  const planted = 'a'.repeat(64);
  await plant(inbox.context, inbox.server.origin, `samtal=${planted}`);
  await inbox.open('/');
  await inbox.signIn(email, PASSWORD);
  await inbox.views.waitFor();
  const values = (await inbox.context.cookies()).map((cookie) => cookie.value).filter((value) => value !== planted);
  assert.equal(values.length, 1, 'a session of its own');
  const answer = await fetch(`${inbox.server.origin}/api/v1/session`, { headers: { cookie: `samtal=${planted}` } });
  assert.equal(answer.status, 401, 'the planted one is worth nothing');
});

stage.test('X5 signing out ends the session here and at the server', async ({ visit, server }) => {
  const inbox = await visit();
  await inbox.signIn(email, PASSWORD);
  await inbox.views.waitFor();
  const [cookie] = await inbox.context.cookies();
  await inbox.signOut();
  await inbox.button('Sign in').waitFor();
  assert.deepEqual(await inbox.context.cookies(), []);
  const answer = await fetch(`${server.origin}/api/v1/session`, { headers: { cookie: `${cookie.name}=${cookie.value}` } });
  assert.equal(answer.status, 401, 'the old cookie is worth nothing');
  await inbox.page.goBack();
  await inbox.button('Sign in').waitFor();
  assert.equal(await inbox.list.count(), 0, 'Back shows no mail');
});

stage.test('M2 a deep link opened signed out leads through sign-in to where it points', async ({ visit, api }) => {
  const agent = await api('agent');
  const { id } = await agent.inbox('Support');
  const [first] = await agent.conversations(id, 'open');
  const inbox = await visit({ path: `/inbox/${id}/open/${first.id}` });
  await inbox.button('Sign in').waitFor();
  assert.match(inbox.page.url(), /\/sign-in\?next=/);
  await inbox.signIn(email, PASSWORD);
  await inbox.articles.first().waitFor();
  await eventually(() => assert.ok(inbox.page.url().includes(`/${first.id}`), inbox.page.url()));
  assert.match(await inbox.heading.innerText(), /\S/);
});

stage.test('X5 after sign-in nobody is sent to another site', async ({ visit, server }) => {
  for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:alert(1)', '/%09/evil.example']) {
    const inbox = await visit({ path: `/sign-in?next=${encodeURIComponent(next)}` });
    await inbox.signIn(email, PASSWORD);
    await inbox.views.waitFor();
    assert.equal(new URL(inbox.page.url()).origin, server.origin, next);
  }
});

stage.test('X5 a session that ends elsewhere leads to sign-in and back to the same place', async ({ visit, api, server }) => {
  const agent = await api('agent');
  const { id } = await agent.inbox('Support');
  const inbox = await visit({ path: `/inbox/${id}/open`, expected: [SIGNED_OUT, /status of 401/] });
  await inbox.signIn(email, PASSWORD);
  await inbox.list.getByRole('link').first().waitFor();
  const [cookie] = await inbox.context.cookies();
  await fetch(`${server.origin}/api/v1/session`, { method: 'DELETE', headers: { cookie: `${cookie.name}=${cookie.value}` } });
  // Something the page asks for by itself may have found out before the press.
  await inbox.list.getByRole('link').first().click({ timeout: 1_000 }).catch(() => {});
  await inbox.button('Sign in').waitFor();
  const [subject] = (await agent.conversations(id, 'open')).map((item) => item.subject || item.contact.name);
  await inbox.signIn(email, PASSWORD);
  await inbox.rowIsThere(subject);
});
