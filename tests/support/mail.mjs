// Mails as they come over the wire. Written by hand here, so that a test can send what no good program would.

import { randomUUID } from 'node:crypto';

export const CUSTOMER = { name: 'Maja Olsson', email: 'maja.olsson@post.example' };
export const SUPPORT = { name: 'Support', email: 'support@hyllan.example' };

const encoded = (text) => (/^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`);
const quoted = (text) => (/^[\w .-]*$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`);
const named = ({ name, email }) => {
  if (!name) return `<${email}>`;
  return `${/^[\x20-\x7e]*$/.test(name) ? quoted(name) : encoded(name)} <${email}>`;
};
// A bracket begins a comment in a header, so it is escaped as well.
const percent = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const base64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
const day = (date) => new Date(date).toUTCString().replace('GMT', '+0000');

function part(type, bytes, ...headers) {
  return [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...headers, '', base64(bytes)].join('\r\n');
}

function together(kind, parts) {
  const boundary = `b-${randomUUID()}`;
  const inside = parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('');
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${inside}--${boundary}--\r\n`;
}

/**
 * One mail. `text` and `html` may both be there; `attachments` are `{name, type, bytes, id?}`, shown inside the body when they
 * have an id. Without a date it is of now.
 */
export function letter({
  from = CUSTOMER,
  to = SUPPORT,
  cc,
  subject,
  text,
  html,
  date = new Date(),
  id = `${randomUUID()}@post.example`,
  inReplyTo,
  attachments = [],
}) {
  const bodies = [];
  if (text !== undefined || html === undefined) bodies.push(part('text/plain; charset=utf-8', text ?? ''));
  if (html !== undefined) bodies.push(part('text/html; charset=utf-8', html));
  let body = bodies.length > 1 ? together('alternative', bodies) : bodies[0];
  if (attachments.length > 0) {
    const files = attachments.map(({ name, type, bytes, id: cid }) => {
      const file = `filename*=UTF-8''${percent(name)}`;
      const how = cid ? [`Content-Disposition: inline; ${file}`, `Content-ID: <${cid}>`] : [`Content-Disposition: attachment; ${file}`];
      return part(type, bytes, ...how);
    });
    body = together('mixed', [body, ...files]);
  }
  const head = [
    `From: ${named(from)}`,
    `To: ${named(to)}`,
    ...(cc ? [`Cc: ${named(cc)}`] : []),
    `Subject: ${encoded(subject)}`,
    `Date: ${day(date)}`,
    `Message-ID: <${id}>`,
    ...(inReplyTo ? [`In-Reply-To: <${inReplyTo}>`, `References: <${inReplyTo}>`] : []),
    'MIME-Version: 1.0',
  ];
  return `${head.join('\r\n')}\r\n${body}`;
}

/** A thread of `count` mails, customer and shop in turn, one an hour, the newest an hour ago. */
export function longThread(subject, count) {
  const first = `${randomUUID()}@post.example`;
  const start = Date.now() - count * 3_600_000;
  return Array.from({ length: count }, (_, at) => {
    const ours = at % 2 === 1;
    return {
      from: ours ? SUPPORT : CUSTOMER,
      to: ours ? CUSTOMER : SUPPORT,
      subject: at === 0 ? subject : `Re: ${subject}`,
      text: `This is letter ${at + 1} of ${count}.\n${'It says a little more than one line.\n'.repeat(at % 5)}`,
      date: start + at * 3_600_000,
      id: at === 0 ? first : undefined,
      inReplyTo: at === 0 ? undefined : first,
    };
  });
}

/** A picture of one dot, PNG. */
export const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
