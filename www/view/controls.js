// Controls for every setting, made from the field table.

import { brief, element, say } from "./element.js";

/** @typedef {import("../../scorescape.js").Setting} Setting */

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
    /** @type {Map<string, { input: HTMLInputElement | HTMLSelectElement, note: HTMLElement, hint: string, label: string, row: HTMLElement }>} */
    #fields = new Map();
    #keys = "";
    /** @type {Setting[]} */
    #settings = [];
    #dim = 2;
    /** Sections whose rare settings someone has unfolded. @type {Set<string>} */
    #unfolded = new Set();

    /**
     * @param {(key: string, value: string) => string | undefined} change tries a change; answers why it is refused
     * @param {(key: string, value: string) => Promise<string>} reason says what a refused value would do
     */
    constructor(change, reason) {
        this.change = change;
        this.reason = reason;
        this.root = element("form", { class: "controls", "aria-label": "Experiment", onsubmit: (event) => event.preventDefault() });
    }

    /** Shows `settings`; the controls are rebuilt only if other fields came into use. @param {Setting[]} settings */
    show(settings) {
        const keys = settings.map(({ key }) => key).join();
        if (this.#keys !== keys) this.#build(settings);
        [this.#keys, this.#settings] = [keys, settings];
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

    /** @param {Setting[]} settings */
    #build(settings) {
        const focused = /** @type {ShadowRoot | Document} */ (this.root.getRootNode()).activeElement;
        const name = focused && this.root.contains(focused) ? focused.getAttribute("name") : null;
        this.#fields.clear();
        this.root.replaceChildren(...SECTIONS.map(({ title, prefix }) => {
            const own = settings.filter(({ key }) => prefix.test(key) && !ELSEWHERE.has(key));
            const rows = (/** @type {boolean} */ rare) => own.filter(({ key }) => RARE.has(key) === rare).map((setting) => this.#field(setting));
            return element("fieldset", {}, element("legend", {}, title), ...rows(false), this.#fold(title, rows(true)));
        }));
        // Who goes through the datasets by the arrow keys stays where he is.
        if (name !== null) this.#fields.get(name)?.input.focus();
    }

    /** What unfolds to rare settings. @param {string} title @param {HTMLElement[]} rows */
    #fold(title, rows) {
        const fold = element("details", { open: this.#unfolded.has(title), ontoggle: () => this.#unfolded[fold.open ? "add" : "delete"](title) },
            element("summary", {}, `More ${title.toLowerCase()} settings`), ...rows);
        return fold;
    }

    /** @param {Setting} setting */
    #field({ key, label, unit, help, kind }) {
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
        this.#fields.set(key, { input, note, hint, label, row });
        return row;
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

/** Names characters as people do. @param {string} allowed */
function spell(allowed) {
    const [letters, digits, space] = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " "];
    const rest = [letters, digits, space].reduce((left, part) => left.replace(part, ""), allowed);
    const named = [[letters, "letters"], [digits, "digits"], [space, "blanks"]].filter(([part]) => allowed.includes(part)).map(([, name]) => name);
    return [...named, ...rest].join(" ");
}
