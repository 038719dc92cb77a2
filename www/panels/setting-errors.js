// Tells what is wrong with a link or a setting, and what would happen with it.

import { setText } from "./element.js";

/**
 * What would happen with a value that is refused, as far as that is known.
 * @param {string} key
 * @param {string} value
 */
export const rejectionHint = (key, value) =>
    import("./setting-hints.js").then(
        ({ settingHint }) => settingHint(key, value),
        () => "",
    );

/**
 * Names what is wrong, and why, as soon as the reasons are loaded.
 * @param {HTMLElement} notice
 * @param {import("../../scorescape.js").Description["errors"]} errors
 */
export async function showSettingErrors(notice, errors) {
    const text = errors.map(({ message }) => `${message}.`).join(" ");
    setText(notice, text);
    const hints = await Promise.all(errors.map(({ setting, value }) => rejectionHint(setting, value)));
    if (text && notice.textContent === text) {
        setText(notice, errors.map(({ message }, i) => `${message}.${hints[i]}`).join(" "));
    }
}
