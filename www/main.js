// The page around one playground: the only file that knows the address bar.

import { mount } from "./mount.js";

const root = /** @type {HTMLElement} */ (document.getElementById("playground"));
const options = {
    pageWide: true,
    persist: true,
    onLink: (/** @type {string} */ link) => {
        try {
            history.replaceState(null, "", link);
        } catch {
            // Safari takes a hundred changes in half a minute; the next one tells all.
        }
    },
    toAddress: (/** @type {string} */ link) => new URL(link, location.href).href,
};

/** Whether this page was here before, and goes on: it was reloaded, or its tab comes back. */
const restore = () =>
    performance
        .getEntriesByType("navigation")
        .some((entry) => ["reload", "back_forward"].includes(/** @type {PerformanceNavigationTiming} */ (entry).type));

let playground = mount(root, location.hash, { ...options, restore: restore() });
addEventListener("hashchange", () => {
    playground.destroy();
    playground = mount(root, location.hash, options);
});
