// Tells what is wrong with a link or a setting, and what would happen with it.

import { setText } from "./element.js";

/** What would happen with a value that is refused, as far as that is known. @param {string} key @param {string} value */
export const rejectionHint = (key, value) => import("./setting-hints.js").then(({ settingHint }) => settingHint(key, value), () => "");

/** Names what is wrong, and why, as soon as the reasons are loaded. @param {HTMLElement} notice @param {import("../../scorescape.js").Description["problems"]} problems */
export async function showProblems(notice, problems) {
    const text = problems.map(({ message }) => `${message}.`).join(" ");
    setText(notice, text);
    const hints = await Promise.all(problems.map(({ field, value }) => rejectionHint(field, value)));
    if (text && notice.textContent === text) setText(notice, problems.map(({ message }, i) => `${message}.${hints[i]}`).join(" "));
}
