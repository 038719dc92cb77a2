// The worker in the bench's page: runs the contenders of training-contenders.mjs on request of chromium.mjs. Each
// worker has one size.

import { contenders, start } from "./training-contenders.mjs";
import { answer } from "./worker-requests.mjs";

let entered;

answer({
    start: async () => ({ ...(await start("scorescape_bg.wasm", "./")), isolated: crossOriginIsolated }),
    enter(size) {
        entered = contenders(size);
        return Object.keys(entered);
    },
    speed: (name, milliseconds) => entered[name].speed(milliseconds),
    medianLoss: (name, count) => entered[name].medianLoss(count),
});
