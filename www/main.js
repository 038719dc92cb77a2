// The page of one playground, and its address bar.

import { mount } from "./mount.js";

const root = /** @type {HTMLElement} */ (document.getElementById("playground"));
const options = {
    pageWide: true,
    persist: true,
    onLink: (/** @type {string} */ link) => {
        try {
            history.replaceState(null, "", link);
        } catch {
            // Safari allows 100 changes in 30 seconds. The next change shows the whole link again.
        }
    },
    toAddress: (/** @type {string} */ link) => new URL(link, location.href).href,
};

/** True if the page was reloaded or its tab was reopened. */
const isReturning = () =>
    performance
        .getEntriesByType("navigation")
        .some((entry) => ["reload", "back_forward"].includes(/** @type {PerformanceNavigationTiming} */ (entry).type));

let playground = mount(root, location.hash, { ...options, restore: isReturning() });
addEventListener("hashchange", () => {
    playground.destroy();
    playground = mount(root, location.hash, options);
});
