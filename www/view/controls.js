// Controls for every setting, made from the field table.

import { brief, element, say } from "./element.js";

/** @typedef {import("../../scorescape.js").Setting} Setting */

/** Headings for the sections of keys, and which settings are rare enough to fold away. */
const SECTIONS = [
    { title: "Data", prefix: /^data/ }, { title: "Network", prefix: /^model\./ }, { title: "Training", prefix: /^train\./ },
    { title: "Sampling", prefix: /^sample\./ }, { title: "Run", prefix: /^(seed|steps|transitions)$/ },
];
/** σ has its place beside the stage, the file of points above it. */
const ELSEWHERE = new Set(["train.sigma", "data.digest"]);

export class Controls {
    /** @type {Map<string, { input: HTMLInputElement | HTMLSelectElement, note: HTMLElement, hint: string, label: string }>} */
    #fields = new Map();
    #keys = "";

    /** @param {(key: string, value: string) => string | undefined} change tries a change; answers why it is refused */
    constructor(change) {
        this.change = change;
        this.root = element("form", { class: "controls", "aria-label": "Experiment", onsubmit: (event) => event.preventDefault() });
    }

    /** Shows `settings`; the controls are rebuilt only if other fields came into use. @param {Setting[]} settings */
    show(settings) {
        const keys = settings.map(({ key }) => key).join();
        if (this.#keys !== keys) this.#build(settings);
        this.#keys = keys;
        for (const { key, value } of settings) {
            const field = this.#fields.get(key);
            if (!field) continue;
            field.input.value = String(value);
            say(field.note, field.hint);
            field.note.classList.remove("refused");
        }
    }

    /** @param {Setting[]} settings */
    #build(settings) {
        this.#fields.clear();
        this.root.replaceChildren(...SECTIONS.map(({ title, prefix }) => {
            const own = settings.filter(({ key }) => prefix.test(key) && !ELSEWHERE.has(key));
            return element("fieldset", {}, element("legend", {}, title), ...own.map((setting) => this.#field(setting)));
        }));
    }

    /** @param {Setting} setting */
    #field({ key, label, unit, help, kind }) {
        const id = `setting-${key}`;
        const hint = range(kind, unit);
        const attributes = { id, name: key, "aria-describedby": `${id}-note`, title: hint ? `${help} ${hint}` : help, onchange: () => this.#changed(key) };
        const input = kind.type === "choice"
            ? element("select", attributes, ...kind.options.map((option) => element("option", { value: option.id, title: option.help }, option.label)))
            : element("input", { ...attributes, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
        const note = element("small", { id: `${id}-note` }, hint);
        this.#fields.set(key, { input, note, hint, label });
        return element("div", { class: "field" }, element("label", { for: id, title: help }, label), input, note);
    }

    /** @param {string} key */
    #changed(key) {
        const field = this.#fields.get(key);
        if (!field) return;
        const refusal = this.change(key, field.input.value.trim());
        say(field.note, refusal?.replace(key, field.label) ?? field.hint);
        field.note.classList.toggle("refused", refusal !== undefined);
    }
}

/** What a field takes, in words; nothing where its choices say it. @param {Setting["kind"]} kind @param {string} unit */
function range(kind, unit) {
    if (kind.type === "choice") return "";
    if (kind.type === "text") return `1 to ${kind.max} of the characters ${kind.allowed.trim()}${kind.allowed.includes(" ") ? " and spaces" : ""}.`;
    return `From ${brief(kind.min)} to ${brief(kind.max)}${unit ? ` ${unit}` : ""}.`;
}
