// Controls for every setting, made from the field table.

import { brief } from "../drawing/number-format.js";
import { element, say } from "./element.js";

/** @typedef {import("../../scorescape.js").Setting} Setting */
/** @typedef {{ input: HTMLInputElement | HTMLSelectElement, note: HTMLElement, hint: string, label: string, row: HTMLElement, made: string }} Field the control of a setting, and what it was made of */

/** Headings for the sections of keys. */
const SECTIONS = [
    { title: "Data", prefix: /^data/ }, { title: "Network", prefix: /^model\./ }, { title: "Training", prefix: /^train\./ },
    { title: "Sampling", prefix: /^sample\./ }, { title: "Run", prefix: /^(seed|steps|transitions)$/ }, { title: "View", prefix: /^view\./ },
];
/** What few people ever change: folded away while it is as usual. */
const RARE = new Set(["data.direction", "model.decoder", "model.output", "model.scale", "model.scaling", "model.initial", "train.pace", "train.levels",
    "train.first", "train.list", "train.decay", "train.l1", "train.average", "train.patience", "sample.temperature", "sample.rule", "sample.intervals",
    "sample.warm-up", "sample.fault"]);
/** A choice of more characters has a line of its own. */
const LONG = 16;
/** σ has its place beside the stage, the file of points above it. */
const ELSEWHERE = new Set(["train.sigma", "data.digest"]);

export class Controls {
    /** @type {Map<string, Field>} */
    #fields = new Map();
    #made = "";
    /** @type {Setting[]} */
    #settings = [];
    #dim = 2;
    #sections = SECTIONS.map(({ title, prefix }) => {
        const fold = element("details", {}, element("summary", {}, `More ${title.toLowerCase()} settings`));
        return { prefix, fold, all: element("fieldset", {}, element("legend", {}, title), fold) };
    });

    /**
     * @param {(key: string, value: string) => string | undefined} change tries a change; answers why it is refused
     * @param {(key: string, value: string) => Promise<string>} reason says what a refused value would do
     */
    constructor(change, reason) {
        this.change = change;
        this.reason = reason;
        this.root = element("form", { class: "controls", "aria-label": "Experiment", onsubmit: (event) => event.preventDefault() }, ...this.#sections.map(({ all }) => all));
    }

    /** Shows `settings`; a control stays the same as long as its setting does. @param {Setting[]} settings */
    show(settings) {
        const made = settings.map((setting) => setting.key + makings(setting)).join();
        if (this.#made !== made) this.#build(settings);
        [this.#made, this.#settings] = [made, settings];
        this.#hide();
        for (const { key, value, default: usual } of settings) {
            const field = this.#fields.get(key);
            if (!field) continue;
            const fold = value !== usual && field.row.closest("details");
            if (fold) fold.open = true;
            field.input.value = String(value);
            say(field.note, field.hint);
            field.note.classList.remove("refused");
            field.input.setAttribute("aria-invalid", "false");
        }
    }

    /** Tells of how many dimensions the data are: a plane to see them in is chosen for more than two only. @param {number} dim */
    flatten(dim) {
        this.#dim = dim;
        this.#hide();
    }

    /** Hides what has no effect as things are, and headings of nothing. */
    #hide() {
        for (const { key, matters } of this.#settings) {
            const row = this.#fields.get(key)?.row;
            if (row) row.hidden = !matters || this.#dim <= 2 && key.startsWith("view.") || this.#dim === 1 && key === "sample.y";
        }
        for (const section of this.root.querySelectorAll("fieldset, details")) /** @type {HTMLElement} */ (section).hidden = !section.querySelector(".field:not([hidden])");
    }

    /** Makes controls for settings that have none; the others stay where they are, so that who types in one or goes through its choices goes on. @param {Setting[]} settings */
    #build(settings) {
        const { activeElement } = /** @type {ShadowRoot | Document} */ (this.root.getRootNode());
        const before = this.#fields;
        this.#fields = new Map(settings.filter(({ key }) => !ELSEWHERE.has(key)).map((setting) => {
            const field = before.get(setting.key);
            return [setting.key, field?.made === makings(setting) ? field : this.#field(setting)];
        }));
        for (const { prefix, all, fold } of this.#sections) {
            const rows = (/** @type {boolean} */ rare) => [...this.#fields].filter(([key]) => prefix.test(key) && RARE.has(key) === rare).map(([, { row }]) => row);
            arrange(all, rows(false));
            arrange(fold, rows(true));
        }
        // One that was made anew takes over the focus.
        const [name] = [...before].find(([, { input }]) => input === activeElement) ?? [];
        if (name !== undefined && !activeElement?.isConnected) this.#fields.get(name)?.input.focus();
    }

    /** @param {Setting} setting @returns {Field} */
    #field(setting) {
        const { key, label, unit, help, kind } = setting;
        const id = `setting-${key}`;
        const range = kind.type === "choice" ? "" : kind.type === "text" ? `Up to ${kind.max} of these: ${spell(kind.allowed)}.`
            : `From ${brief(kind.min)} to ${brief(kind.max)}${unit ? ` ${unit}` : ""}.`;
        const hint = `${help} ${range}`.trim();
        const attributes = { id, name: key, "aria-describedby": `${id}-note`, title: hint, onchange: () => this.#changed(key) };
        const input = kind.type === "choice"
            ? element("select", attributes, ...kind.options.map((option) => element("option", { value: option.id, title: option.help }, option.label)))
            : element("input", { ...attributes, type: "text", inputmode: kind.type === "text" ? "text" : "decimal", autocomplete: "off", spellcheck: "false" });
        const note = element("small", { id: `${id}-note` }, hint);
        const isWide = kind.type === "choice" && kind.options.some((option) => option.label.length > LONG);
        const row = element("div", { class: isWide ? "field wide" : "field" }, element("label", { for: id, title: help }, label), input, note);
        return { input, note, hint, label, row, made: makings(setting) };
    }

    /** @param {string} key */
    async #changed(key) {
        const field = this.#fields.get(key);
        if (!field) return;
        const value = field.input.value.trim();
        const refusal = this.change(key, value);
        const told = refusal?.replace(key, field.label) ?? field.hint;
        say(field.note, told);
        field.note.classList.toggle("refused", refusal !== undefined);
        field.input.setAttribute("aria-invalid", String(refusal !== undefined));
        const reason = refusal && await this.reason(key, value);
        if (reason && field.note.textContent === told) say(field.note, `${told}.${reason}`);
    }
}

/** What a setting's control is made of. @param {Setting} setting */
const makings = ({ label, unit, help, kind }) => JSON.stringify([label, unit, help, kind]);

/** Has `rows` follow the heading of `parent`, and moves none that is there. @param {HTMLElement} parent @param {HTMLElement[]} rows */
function arrange(parent, rows) {
    for (const row of parent.querySelectorAll(":scope > .field")) if (!rows.includes(/** @type {HTMLElement} */ (row))) row.remove();
    /** @type {Element | null} */
    let next = parent.children[1] ?? null;
    for (const row of rows) {
        if (row === next) next = row.nextElementSibling;
        else parent.insertBefore(row, next);
    }
}

/** Names characters as people do. @param {string} allowed */
function spell(allowed) {
    const [letters, digits, space] = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " "];
    const rest = [letters, digits, space].reduce((left, part) => left.replace(part, ""), allowed);
    const named = [[letters, "letters"], [digits, "digits"], [space, "blanks"]].filter(([part]) => allowed.includes(part)).map(([, name]) => name);
    return [...named, ...rest].join(" ");
}
