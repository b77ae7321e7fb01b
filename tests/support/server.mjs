// The real server on a database of its own: start, stop, start again, and mail from outside while it runs.
// What a browser does with it is in stage.mjs.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, signIn } from './api.mjs';
import { letter } from './mail.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const binary = process.env.SAMTAL_BIN ?? path.join(root, 'target/debug/samtal');

export const PASSWORD = 'samtal-demo';
/** The people of the demo, by what they are called in the tests. */
export const PEOPLE = {
  agent: { email: 'agent@demo.test', name: 'Anna Lind' },
  second: { email: 'second@demo.test', name: 'Jonas Karlsson' },
  admin: { email: 'admin@demo.test', name: 'Ewa Nowak' },
  super: { email: 'super@demo.test', name: 'Daan Visser' },
};

/** How long a start may take; a demo of many conversations is written first. */
const START_MS = 300_000;
const STOP_MS = 15_000;

/** A server with `conversations` of demo data, on a database of its own. */
export async function startServer({ conversations } = {}) {
  const prepared = await demoDatabase(conversations);
  const folder = await mkdtemp(path.join(tmpdir(), 'samtal-e2e-'));
  const file = path.join(folder, 'samtal.db');
  await copyDatabase(prepared, file);
  const server = new Server(folder, file);
  await server.start();
  return server;
}

class Server {
  #child;
  #cookies = new Map();
  #mails = 0;
  log = '';

  constructor(folder, file) {
    this.folder = folder;
    this.databaseUrl = `sqlite:${file}`;
    this.listen = '127.0.0.1:0';
  }

  get pid() {
    return this.#child?.pid;
  }

  async start() {
    const { child, origin } = await serve(this.databaseUrl, this.listen, [], (text) => (this.log += text));
    this.#child = child;
    this.origin = origin;
    // The same address after a restart, as the browsers expect it.
    this.listen = new URL(origin).host;
  }

  async stop() {
    const child = this.#child;
    this.#child = undefined;
    if (child) await end(child);
  }

  /** As a crash would: nothing is finished, nothing is said. */
  async kill() {
    const child = this.#child;
    this.#child = undefined;
    await end(child, 'SIGKILL');
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  async close() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The session cookie of one of PEOPLE, signed in once for all tests of a file. */
  async cookie(who) {
    if (!this.#cookies.has(who)) {
      this.#cookies.set(who, await signIn(this.origin, PEOPLE[who].email, PASSWORD));
    }
    return this.#cookies.get(who);
  }

  /** The API as one of PEOPLE, or as nobody. */
  async api(who) {
    return new Client(this.origin, who && (await this.cookie(who)));
  }

  /** Runs `samtal import` while the server runs; answers with what it printed. */
  async import(target, inbox = 'Support') {
    return run(['import', target, '--inbox', inbox, '--database-url', this.databaseUrl]);
  }

  /** Brings raw mails in from outside, in one run. */
  async importRaw(mails, inbox = 'Support') {
    const folder = path.join(this.folder, `mail-${(this.#mails += 1)}`);
    await mkdir(folder);
    await Promise.all(mails.map((raw, at) => writeFile(path.join(folder, `${String(at).padStart(4, '0')}.eml`), raw)));
    return this.import(folder, inbox);
  }

  /**
   * Mails from customers, described as `letter` takes them. Answers with the conversations they are in, in the same order; each
   * subject must be one that no other conversation has.
   */
  async receive(letters, inbox = 'Support') {
    await this.importRaw(letters.map(letter), inbox);
    const api = await this.api('super');
    const found = [];
    for (const { subject } of letters) found.push(await api.bySubject(subject));
    return found;
  }
}

async function serve(databaseUrl, listen, more, hear) {
  // The strangers of the tests live on this machine; the server must be able to reach them, so that it shows if it does unasked.
  const demo = ['serve', '--demo', '--allow-private-fetch', '--listen', listen, '--database-url', databaseUrl];
  const child = spawn(binary, [...demo, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  const origin = await new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server did not start in time:\n${printed}`));
    }, START_MS);
    const listenTo = (data) => {
      printed += data;
      hear(String(data));
      const found = /Samtal is at (http:\/\/[\w.:]+)/.exec(printed);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    };
    child.stdout.on('data', listenTo);
    child.stderr.on('data', listenTo);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}:\n${printed}`));
    });
  });
  return { child, origin };
}

/** Stops one process by its id, and waits until it is gone. */
async function end(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}

/** Runs the program to its end; fails when it fails. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
    let printed = '';
    child.stdout.on('data', (data) => (printed += data));
    child.stderr.on('data', (data) => (printed += data));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`samtal ${args.join(' ')} ended with ${code}:\n${printed}`)),
    );
  });
}

/** Without options of the one who runs the tests. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('SAMTAL_'));
  return Object.fromEntries(kept);
}

/** Written once for each build of the server and number of conversations, and copied from then on. */
async function demoDatabase(conversations) {
  const about = await stat(binary).catch(() => assert.fail(`there is no server at ${binary}: set SAMTAL_BIN`));
  const key = createHash('sha256').update(`${binary} ${about.mtimeMs} ${about.size} ${conversations}`).digest('hex');
  const folder = path.join(tmpdir(), `samtal-e2e-demo-${process.getuid?.() ?? 0}`, key.slice(0, 16));
  const file = path.join(folder, 'demo.db');
  if (await stat(file).catch(() => undefined)) return file;
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  const more = conversations ? ['--conversations', String(conversations)] : [];
  const url = `sqlite:${path.join(making, 'demo.db')}`;
  const { child } = await serve(url, '127.0.0.1:0', more, () => {});
  await end(child);
  // Another test file may have been quicker; its database is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return file;
}

async function copyDatabase(from, to) {
  await copyFile(from, to);
  // What is not in the file yet.
  await copyFile(`${from}-wal`, `${to}-wal`).catch(() => {});
}
