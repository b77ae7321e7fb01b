// Waiting for what must come, never for a time.

import { setTimeout as pause } from 'node:timers/promises';

/** How long anything may take, in milliseconds. */
export const WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 25;

/** Runs `check` until it does not throw; answers with its answer. */
export async function eventually(check, within = WITHIN_MS) {
  const until = performance.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await pause(LOOK_EVERY_MS);
  }
}
