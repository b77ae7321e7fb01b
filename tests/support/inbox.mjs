// The inbox as one who uses it finds it: by the names of DESIGN §5, never by class or place.

import assert from 'node:assert/strict';
import { eventually } from './wait.mjs';

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export class InboxPage {
  constructor(page, server, expected) {
    this.page = page;
    this.server = server;
    /** Patterns of what this page may do although it is otherwise a failure. */
    this.expected = expected;
    this.context = page.context();
    this.views = page.getByRole('navigation', { name: 'Inbox views' });
    this.pane = page.getByRole('region', { name: 'Conversation list' });
    this.list = this.pane.getByRole('list', { name: 'Conversations' });
    this.main = page.getByRole('main');
    this.heading = this.main.getByRole('heading', { level: 1 });
    this.messages = this.main.getByLabel('Messages', { exact: true });
    this.articles = this.messages.getByRole('article');
    this.reply = page.getByRole('form', { name: 'Reply' });
    this.editor = this.reply.getByRole('textbox', { name: 'Message' });
    this.details = page.getByRole('complementary', { name: 'Details' });
    this.status = page.getByRole('status');
    this.menu = page.getByRole('menu');
    /** What is shown for something gone, or not for this person. */
    this.notFound = this.main.getByText(/deleted for good, or you do not have access|does not exist, or you do not have access/);
  }

  async open(address) {
    await this.page.goto(address.startsWith('/') ? this.server.origin + address : address);
  }

  button(name, within = this.page) {
    return within.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  // Sign-in

  async signIn(email, password) {
    await this.page.getByRole('textbox', { name: 'Email' }).fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.button('Sign in').click();
  }

  async signOut() {
    await this.views.getByRole('button', { name: /^You:/ }).click();
    await this.choose('Sign out');
  }

  // Views

  view(name) {
    return this.views.getByRole('link', { name: new RegExp(`^${literal(name)}\\b`) });
  }

  /** The number beside a view; none is 0. */
  async count(name) {
    const text = await this.view(name).innerText();
    const number = /(\d[\d\s.,  ]*)$/.exec(text.trim());
    return number ? Number(number[1].replace(/\D/g, '')) : 0;
  }

  async more() {
    const more = this.views.getByRole('button', { name: /^(More|Less)$/ });
    if ((await more.getAttribute('aria-expanded')) !== 'true') await more.click();
  }

  async pickInbox() {
    await this.views.getByRole('button', { name: /^Inbox:/ }).click();
    await this.menu.waitFor();
  }

  async countIs(name, count) {
    await eventually(async () => assert.equal(await this.count(name), count, `the count of ${name}`));
  }

  // List

  /** The row whose name holds `words`. */
  row(words) {
    return this.list.getByRole('link', { name: new RegExp(literal(words)) });
  }

  async rowIsThere(words) {
    await this.row(words).first().waitFor();
  }

  async rowIsGone(words) {
    await eventually(async () => assert.equal(await this.row(words).count(), 0, `“${words}” is still in the list`));
  }

  // Thread

  /** The message whose text holds `words`. */
  message(words) {
    return this.articles.filter({ hasText: words });
  }

  /** Opens a conversation from the list and waits until its thread is there. */
  async openRow(subject) {
    await this.row(subject).first().click();
    await this.threadIsThere(subject);
  }

  async threadIsThere(subject) {
    await this.main.getByRole('heading', { level: 1, name: subject }).waitFor();
    await this.articles.first().waitFor();
  }

  async threadHeading(subject) {
    await this.main.getByRole('heading', { level: 1, name: subject }).waitFor();
  }

  /** Writes in one of the editor's tabs, and sends it. */
  async write(tab, text) {
    await this.reply.getByRole('tab', { name: tab }).click();
    await this.editor.fill(text);
    await this.button(tab === 'Comment' ? 'Add comment' : 'Send', this.reply).click();
  }

  /** Whose name the owner picker shows. */
  async ownerName() {
    return this.main.getByRole('button', { name: /^Owner/ }).innerText();
  }

  async messageMenu(article) {
    await article.hover();
    await article.getByRole('button', { name: 'Message actions' }).click();
    await this.menu.waitFor();
  }

  /** The owner picker; `name` as it is shown there. */
  async setOwner(name) {
    await this.main.getByRole('button', { name: /^Owner/ }).click();
    await this.page.getByRole('listbox').getByRole('option', { name }).click();
  }

  async notSpam() {
    const direct = this.button('Not spam');
    if (await direct.isVisible()) await direct.click();
    else await this.moreActions(/not spam/i);
  }

  /** What the open menu offers. */
  async menuItems() {
    const texts = await this.menu.getByRole('menuitem').allInnerTexts();
    return texts.map((text) => text.trim());
  }

  item(name) {
    return this.menu.getByRole('menuitem', { name });
  }

  async choose(name) {
    await this.item(name).click();
  }

  async moreActions(name) {
    await this.button('More actions').click();
    await this.menu.waitFor();
    if (name) await this.choose(name);
  }

  /** A word in the live region. */
  async told(words) {
    await eventually(async () => {
      const texts = await this.status.allInnerTexts();
      assert.ok(texts.some((text) => words.test(text)), `the status says ${JSON.stringify(texts)}, not ${words}`);
    });
  }

  /** What is on the clipboard, tried by pasting into the editor. */
  async pasted(text) {
    await this.editor.focus();
    await this.page.keyboard.press('ControlOrMeta+v');
    await eventually(async () => assert.equal(await this.editor.inputValue(), text));
  }

  /** What `pick` answers for the element that has the focus. */
  async focused(pick) {
    const element = await this.page.evaluateHandle(() => document.activeElement);
    return element.evaluate(pick);
  }
}
