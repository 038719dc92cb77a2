// The worker in the bench's page: runs the contenders of training.mjs when chromium.mjs asks. One worker has one size.

import { answer } from "./answer.mjs";
import { contenders, start } from "./training.mjs";

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
