// Controls of all settings, built from the settings table.

import { formatShort } from "../drawing/number-format.js";
import { element, setText } from "./element.js";
import { controlRejectionText } from "./setting-errors.js";

/** @typedef {import("../../scorescape.js").SettingError} SettingError */
/** @typedef {import("../../scorescape.js").Setting} Setting */
/** @typedef {import("../../scorescape.js").Section} Section */
/**
 * A setting's control; `signature` identifies the setting's kind and texts.
 * @typedef {{ input: HTMLInputElement | HTMLSelectElement, note: HTMLElement, hint: string, label: string, row:
 *     HTMLElement, signature: string }} Control
 */

/** The sections, in the order in which they are shown. @type {Section[]} */
const SECTIONS = ["Data", "Network", "Training", "Sampling", "Run", "View"];
/** A choice with a longer label has a separate line. */
const WIDE_FROM = 16;
export class Controls {
    /** @type {Map<string, Control>} */
    #controls = new Map();
    #signature = "";
    /** @type {Setting[]} */
    #settings = [];
    #dim = 2;
    #sections = SECTIONS.map((section) => {
        const details = element("details", {}, element("summary", {}, `More ${section.toLowerCase()} settings`));
        return { section, details, fieldset: element("fieldset", {}, element("legend", {}, section), details) };
    });

    /** @param {(key: string, value: string) => SettingError | undefined} change returns the error of a refused value */
    constructor(change) {
        this.change = change;
        this.root = element(
            "form",
            {
                class: "controls",
                "aria-label": "Experiment",
                onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
            },
            ...this.#sections.map(({ fieldset }) => fieldset),
        );
    }

    /** Shows the settings; controls of unchanged settings are kept. @param {Setting[]} settings */
    show(settings) {
        const signature = settings.map((setting) => setting.key + signatureOf(setting)).join();
        if (this.#signature !== signature) {
            this.#build(settings);
        }
        this.#signature = signature;
        this.#settings = settings;
        this.#updateVisibility();
        for (const { key, value, default: defaultValue } of settings) {
            const control = this.#controls.get(key);
            if (!control) {
                continue;
            }
            const details = value !== defaultValue && control.row.closest("details");
            if (details) {
                details.open = true;
            }
            control.input.value = String(value);
            setText(control.note, control.hint);
            control.note.classList.remove("refused");
            control.input.setAttribute("aria-invalid", "false");
        }
    }

    /**
     * Sets the data's dimension. The settings of the view have an effect only for more than two dimensions.
     * @param {number} dim
     */
    setDimension(dim) {
        this.#dim = dim;
        this.#updateVisibility();
    }

    /** Hides settings without effect, and empty sections. */
    #updateVisibility() {
        for (const { key, matters, minDim } of this.#settings) {
            const row = this.#controls.get(key)?.row;
            if (row) {
                row.hidden = !matters || this.#dim < minDim;
            }
        }
        const sections = /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("fieldset, details"));
        for (const section of sections) {
            section.hidden = !section.querySelector(".setting:not([hidden])");
        }
    }

    /**
     * Builds missing controls. The others stay in place and keep focus, typed text and open lists.
     * @param {Setting[]} settings
     */
    #build(settings) {
        const { activeElement } = /** @type {ShadowRoot | Document} */ (this.root.getRootNode());
        const before = this.#controls;
        this.#controls = new Map(
            settings
                .filter(({ place }) => place === "form")
                .map((setting) => {
                    const control = before.get(setting.key);
                    return [
                        setting.key,
                        control?.signature === signatureOf(setting) ? control : this.#control(setting),
                    ];
                }),
        );
        for (const { section, fieldset, details } of this.#sections) {
            const rows = (/** @type {boolean} */ isAdvanced) =>
                settings
                    .filter((setting) => setting.section === section && setting.isAdvanced === isAdvanced)
                    .flatMap(({ key }) => this.#controls.get(key)?.row ?? []);
            placeRows(fieldset, rows(false));
            placeRows(details, rows(true));
        }
        // A rebuilt control takes over the focus.
        const [name] = [...before].find(([, { input }]) => input === activeElement) ?? [];
        if (name !== undefined && !activeElement?.isConnected) {
            this.#controls.get(name)?.input.focus();
        }
    }

    /** @param {Setting} setting @returns {Control} */
    #control(setting) {
        const { key, label, unit, help, kind } = setting;
        const id = `setting-${key}`;
        const hint = `${help} ${rangeText(kind, unit)}`.trim();
        const attributes = {
            id,
            name: key,
            "aria-describedby": `${id}-note`,
            title: hint,
            onchange: () => this.#onChange(key),
        };
        const input =
            kind.type === "choice"
                ? element(
                      "select",
                      attributes,
                      ...kind.options.map((option) =>
                          element("option", { value: option.id, title: option.help }, option.label),
                      ),
                  )
                : element("input", {
                      ...attributes,
                      type: "text",
                      inputmode: kind.type === "text" ? "text" : "decimal",
                      autocomplete: "off",
                      spellcheck: "false",
                  });
        const note = element("small", { id: `${id}-note` }, hint);
        const isWide = kind.type === "choice" && kind.options.some((option) => option.label.length > WIDE_FROM);
        const row = element(
            "div",
            { class: isWide ? "setting wide" : "setting" },
            element("label", { for: id, title: help }, label),
            input,
            note,
        );
        return { input, note, hint, label, row, signature: signatureOf(setting) };
    }

    /** @param {string} key */
    #onChange(key) {
        const control = this.#controls.get(key);
        if (!control) {
            return;
        }
        const value = control.input.value.trim();
        const rejection = this.change(key, value);
        setText(control.note, rejection ? controlRejectionText(rejection, control.label) : control.hint);
        control.note.classList.toggle("refused", rejection !== undefined);
        control.input.setAttribute("aria-invalid", String(rejection !== undefined));
    }
}

/** Allowed values of a number or text. @param {Setting["kind"]} kind @param {string} unit */
function rangeText(kind, unit) {
    if (kind.type === "choice") {
        return "";
    }
    return kind.type === "text"
        ? `Up to ${kind.max} of these: ${describeCharacters(kind.allowed)}.`
        : `From ${formatShort(kind.min)} to ${formatShort(kind.max)}${unit ? ` ${unit}` : ""}.`;
}

/** @param {Setting} setting */
const signatureOf = ({ label, unit, help, kind }) => JSON.stringify([label, unit, help, kind]);

/**
 * Places `rows` below the heading of `parent`; rows that are in place are not moved.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} rows
 */
function placeRows(parent, rows) {
    for (const row of parent.querySelectorAll(":scope > .setting")) {
        if (!rows.includes(/** @type {HTMLElement} */ (row))) {
            row.remove();
        }
    }
    /** @type {Element | null} */
    let next = parent.children[1] ?? null;
    for (const row of rows) {
        if (row === next) {
            next = row.nextElementSibling;
        } else {
            parent.insertBefore(row, next);
        }
    }
}

/** Words for a set of characters: letters, digits, blanks, and every other character. @param {string} allowed */
function describeCharacters(allowed) {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const digits = "0123456789";
    const space = " ";
    const rest = [letters, digits, space].reduce((left, part) => left.replace(part, ""), allowed);
    const named = [
        [letters, "letters"],
        [digits, "digits"],
        [space, "blanks"],
    ]
        .filter(([part]) => allowed.includes(part))
        .map(([, name]) => name);
    return [...named, ...rest].join(" ");
}
