// The worker in the bench's page: runs the contenders of training.mjs when chromium.mjs asks. One worker has one size.

import { contenders, start } from './training.mjs';

let entered;

const answers = {
  start: async () => ({ ...(await start('scorescape_bg.wasm', './')), isolated: crossOriginIsolated }),
  enter(size) {
    entered = contenders(size);
    return Object.keys(entered);
  },
  speed: (name, milliseconds) => entered[name].speed(milliseconds),
  medianLoss: (name, count) => entered[name].medianLoss(count),
};

addEventListener('message', async ({ data: [request, ...values] }) => {
  try {
    postMessage({ answer: await answers[request](...values) });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});
// A request from the start would wait forever for a script that does not load.
postMessage({ answer: 'listening' });
