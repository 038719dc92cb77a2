// Messages about refused settings, with hints on the effect of the refused values.

import { setText } from "./element.js";

/** @typedef {import("../../scorescape.js").SettingError} SettingError */

/** The reason of a refusal, with its hint if there is one. @param {SettingError} error */
export const rejectionText = ({ message, hint }) => (hint ? `${message}. ${hint}` : message);

/** @param {HTMLElement} notice @param {SettingError[]} errors */
export function showSettingErrors(notice, errors) {
    setText(notice, errors.map(({ message, hint }) => `${message}.${hint && ` ${hint}`}`).join(" "));
}
