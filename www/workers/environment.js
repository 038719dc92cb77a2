// The clock, timers, page visibility and workers of this browser. Unit tests pass an object of the same shape.

/**
 * @typedef {{
 *     now: () => number, repeat: (act: () => void, milliseconds: number) => (() => void), isHidden: () => boolean,
 *     onVisibilityChange: (act: () => void) => (() => void), onLeave: (act: () => void) => (() => void),
 *     coreCount: () => number, createWorker: (name: string) => WorkerPort,
 * }} Environment `repeat` and `on…` return a function that ends them; `onLeave` is for pages that may never come back
 */
/**
 * The part of `Worker` that the page uses.
 * @typedef {{
 *     onmessage: ((event: { data: import("./protocol.js").WorkerMessage }) => void) | null,
 *     onerror: ((event: { message: string, preventDefault: () => void }) => void) | null,
 *     postMessage: (message: object) => void, terminate: () => void,
 * }} WorkerPort
 */

/** @param {EventTarget} target @param {string} type @param {() => void} act */
function listen(target, type, act) {
    target.addEventListener(type, act);
    return () => target.removeEventListener(type, act);
}

/** @type {Environment} */
export const browserEnvironment = {
    now: () => performance.now(),
    repeat(act, milliseconds) {
        const timer = setInterval(act, milliseconds);
        return () => clearInterval(timer);
    },
    isHidden: () => document.hidden,
    onVisibilityChange: (act) => listen(document, "visibilitychange", act),
    onLeave: (act) => listen(window, "pagehide", act),
    coreCount: () => navigator.hardwareConcurrency || 2,
    createWorker: (name) =>
        /** @type {WorkerPort} */ (
            /** @type {unknown} */ (new Worker(new URL(`./${name}.js`, import.meta.url), { type: "module" }))
        ),
};
