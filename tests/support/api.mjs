// A client of the JSON API, as a program of somebody else's would be: no more than what the API describes.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** Signs in and answers with the cookie, `name=value`. */
export async function signIn(origin, email, password) {
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  assert.equal(answer.status, 200, `${email} cannot sign in: ${await answer.text()}`);
  const [cookie] = answer.headers.getSetCookie();
  return cookie.split(';')[0];
}

export class Client {
  constructor(origin, cookie) {
    this.origin = origin;
    this.cookie = cookie;
  }

  /** Any request; the answer as it comes, with its body in `text`, and in `json` if it is any. */
  async ask(method, path, body, headers = {}) {
    const sent = { ...headers };
    if (this.cookie) sent.cookie = this.cookie;
    if (method !== 'GET') sent['idempotency-key'] ??= randomUUID();
    if (body !== undefined) sent['content-type'] = 'application/json';
    const answer = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, text, json: isJson && text ? JSON.parse(text) : undefined };
  }

  /** A request that must be done. */
  async #done(method, path, body) {
    const answer = await this.ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  get = (path) => this.#done('GET', path);
  post = (path, body) => this.#done('POST', path, body);
  patch = (path, body) => this.#done('PATCH', path, body);
  delete = (path) => this.#done('DELETE', path);

  async inbox(name) {
    const { items } = await this.get('/inboxes');
    return items.find((inbox) => inbox.name === name);
  }

  async me() {
    return (await this.get('/session')).agent;
  }

  async agent(email) {
    const { items } = await this.get('/agents');
    return items.find((agent) => agent.email === email);
  }

  /** The counts of an inbox: `{unassigned: 3, …}`. */
  async counts(inbox) {
    const { items } = await this.get(`/inboxes/${inbox}/views`);
    return Object.fromEntries(items.map(({ view, count }) => [view, count]));
  }

  /** The newest of a view, a page of at most 200. */
  async conversations(inbox, view, limit = 50) {
    return (await this.get(`/conversations?inbox=${inbox}&view=${view}&limit=${limit}`)).items;
  }

  /** The one conversation of this subject among the newest of any view of mail. */
  async bySubject(subject) {
    for (const inbox of (await this.get('/inboxes')).items) {
      for (const view of ['open', 'sent', 'closed', 'spam', 'trash']) {
        const items = await this.conversations(inbox.id, view, 200);
        const found = items.find((item) => item.subject === subject);
        if (found) return found;
      }
    }
    assert.fail(`there is no conversation “${subject}”`);
  }

  /** A whole thread, oldest first. */
  async thread(conversation) {
    const all = [];
    let before = '';
    for (;;) {
      const page = await this.get(`/conversations/${conversation}/messages?limit=100${before}`);
      all.unshift(...page.items);
      if (!page.has_before) return all;
      before = `&before=${page.items[0].id}`;
    }
  }

  reply = (conversation, text) => this.post(`/conversations/${conversation}/messages`, { kind: 'outbound', text });
  comment = (conversation, text) => this.post(`/conversations/${conversation}/messages`, { kind: 'comment', text });
  close = (conversation) => this.patch(`/conversations/${conversation}`, { state: 'closed' });
  reopen = (conversation) => this.patch(`/conversations/${conversation}`, { state: 'open' });
  assign = (conversation, owner) => this.patch(`/conversations/${conversation}`, { owner_id: owner });
  trash = (conversation) => this.post(`/conversations/${conversation}/trash`);
  spam = (conversation) => this.post(`/conversations/${conversation}/spam`);
  hide = (message) => this.post(`/messages/${message}/hide`);
  unhide = (message) => this.post(`/messages/${message}/unhide`);
}
