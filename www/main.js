// The page around one playground: the only file that knows the address bar.

import { mount } from "./mount.js";

const root = /** @type {HTMLElement} */ (document.getElementById("playground"));
let playground = mount(root, location.hash);
addEventListener("hashchange", () => {
    playground.destroy();
    playground = mount(root, location.hash);
});
