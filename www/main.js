// The page around one playground: the only file that knows the address bar.

import { mount } from "./mount.js";

const root = /** @type {HTMLElement} */ (document.getElementById("playground"));
const options = {
    onLink: (/** @type {string} */ link) => history.replaceState(null, "", link),
    linkOf: (/** @type {string} */ link) => new URL(link, location.href).href,
};
let playground = mount(root, location.hash, options);
addEventListener("hashchange", () => {
    playground.destroy();
    playground = mount(root, location.hash, options);
});
