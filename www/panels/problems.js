// Tells what is wrong with a link or a setting, and what would happen with it.

import { say } from "./element.js";

/** What would happen with a value that is refused, as far as that is known. @param {string} key @param {string} value */
export const reason = (key, value) => import("./setting-hints.js").then(({ why }) => why(key, value), () => "");

/** Names what is wrong, and why, as soon as the reasons are loaded. @param {HTMLElement} notice @param {import("../../scorescape.js").Description["problems"]} problems */
export async function warn(notice, problems) {
    const text = problems.map(({ message }) => `${message}.`).join(" ");
    say(notice, text);
    const reasons = await Promise.all(problems.map(({ field, value }) => reason(field, value)));
    if (text && notice.textContent === text) say(notice, problems.map(({ message }, i) => `${message}.${reasons[i]}`).join(" "));
}
