// Messages about refused settings of a link, with hints on their effects.

import { setText } from "./element.js";

/**
 * The effect that a refused value would have: a sentence after a blank, or nothing.
 * @param {string} key
 * @param {string} value
 */
export const rejectionHint = (key, value) =>
    import("./setting-hints.js").then(
        ({ settingHint }) => settingHint(key, value),
        () => "",
    );

/**
 * Shows the errors at once, and their hints as soon as these are loaded.
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
