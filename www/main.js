// The page around one playground: the only file that knows the address bar.

import { mount } from "./mount.js";

const root = /** @type {HTMLElement} */ (document.getElementById("playground"));
const options = {
    pageWide: true,
    onLink: (/** @type {string} */ link) => {
        try {
            history.replaceState(null, "", link);
        } catch {
            // Safari takes a hundred changes in half a minute; the next one tells all.
        }
    },
    linkOf: (/** @type {string} */ link) => new URL(link, location.href).href,
};
let playground = mount(root, location.hash, options);
addEventListener("hashchange", () => {
    playground.destroy();
    playground = mount(root, location.hash, options);
});
