// Messages about refused settings, with hints on the effect of the refused values.

import { setText } from "./element.js";

/** @typedef {import("../../scorescape.js").SettingError} SettingError */

/** The reason of a refusal, with its hint if there is one. @param {Pick<SettingError, "message" | "hint">} error */
export const rejectionText = ({ message, hint }) => (hint ? `${message}. ${hint}` : message);

/** The same with the label of the setting's control. @param {SettingError} error @param {string} label */
export const controlRejectionText = ({ expected, value, hint }, label) =>
    rejectionText({ message: `${label} must ${expected}, got "${value}"`, hint });

/** @param {HTMLElement} notice @param {SettingError[]} errors */
export function showSettingErrors(notice, errors) {
    setText(notice, errors.map(({ message, hint }) => `${message}.${hint && ` ${hint}`}`).join(" "));
}
