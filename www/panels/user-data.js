// One's own points: a file that is chosen, dropped or pasted, and what is known of it.

import { element, setText } from "./element.js";

/**
 * @typedef {{ name: string, bytes: Uint8Array, digest: string, drawn?: boolean }} UserFile a file of points; the digest
 *     tells it from others; whether it was drawn here
 */

/** Larger files are not read: the four million numbers that a table may have take less. */
const MAX_MEGABYTES = 64;
/** What a link's digest says where no file was chosen yet. */
export const NO_DIGEST = "0";

export class UserData {
    #title = element("summary");
    #description = element("p");
    #error = element("p", { class: "refused", role: "alert" });
    /**
     * What is being read: of several files the one that was given last counts, whichever is read first.
     * @type {object | undefined}
     */
    #reading;

    /**
     * @param {() => Promise<unknown>} ready comes before anything is taken
     * @param {(name: string, bytes: Uint8Array) => void} onFile gets each file that is given
     */
    constructor(ready, onFile) {
        this.ready = ready;
        this.onFile = onFile;
        const input = element("input", {
            type: "file",
            name: "user-file",
            accept: ".csv,.tsv,.txt,.dat,.npy,text/*",
            onchange: () => {
                if (input.files?.length) {
                    this.read(input.files[0]);
                }
                input.value = ""; // so that the same file can be given again
            },
        });
        const text = element("textarea", {
            name: "numbers",
            rows: 6,
            hidden: true,
            spellcheck: "false",
            placeholder: "0.1, 0.2\n0.3, 0.1",
            "aria-label": "A point in each line, its coordinates apart by commas, tabs or blanks",
        });
        const useText = element(
            "button",
            { type: "button", hidden: true, onclick: () => this.readText(text.value) },
            "Use these numbers",
        );
        const type = element(
            "button",
            {
                type: "button",
                onclick: () => {
                    text.hidden = useText.hidden = !text.hidden;
                    text.focus();
                },
            },
            "Type or paste",
        );
        // Over the stage, so that nothing moves when it has more to say or less.
        this.root = element(
            "details",
            { class: "user-data", hidden: true },
            this.#title,
            this.#description,
            element("div", { class: "bar" }, element("label", { class: "button" }, "Choose a file", input), type),
            text,
            useText,
            this.#error,
        );
    }

    /**
     * Shows what is known of the file that the link tells by `digest`; undefined for data that are none's own.
     * @param {string | undefined} digest
     * @param {UserFile} [file]
     */
    show(digest, file) {
        this.root.hidden = digest === undefined;
        this.showError("");
        const focused = /** @type {ShadowRoot | Document} */ (this.root.getRootNode()).activeElement;
        this.root.open = !file;
        if (file && this.root.contains(focused)) {
            this.#title.focus();
        }
        setText(this.#title, file ? `Your points: ${file.name}` : "Your own points");
        setText(
            this.#description,
            file
                ? `They stay on this machine; the link carries their digest alone, ${file.digest}. About eight of ten rows are trained on and drawn, the others held out.`
                : digest === NO_DIGEST
                  ? "Choose a CSV, TSV or .npy file with a point in each row, drop one on the page, or paste numbers. It stays on this machine."
                  : `This link is about points in a file that it does not carry, with the digest ${digest}. If you have the file, choose it here: it stays on this machine.`,
        );
    }

    /** @param {string} message */
    showError(message) {
        setText(this.#error, message);
        this.root.open ||= message !== "";
    }

    /** @param {File} file */
    async read(file) {
        const megabytes = Math.ceil(file.size / 2 ** 20);
        this.cancelRead();
        if (megabytes > MAX_MEGABYTES) {
            return this.showError(`${file.name} has ${megabytes} MB, and at most ${MAX_MEGABYTES} MB are read.`);
        }
        return this.#load(file.name, async () => new Uint8Array(await file.arrayBuffer()));
    }

    /** Lets go of what is being read. */
    cancelRead() {
        this.#reading = undefined;
    }

    /** @param {string} name @param {() => Promise<Uint8Array>} read */
    async #load(name, read) {
        const reading = (this.#reading = {});
        try {
            const [bytes] = await Promise.all([read(), this.ready()]);
            if (reading === this.#reading) {
                this.onFile(name, bytes);
            }
        } catch (error) {
            if (reading === this.#reading) {
                this.showError(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
            }
        }
    }

    /** @param {string} text */
    readText(text) {
        if (text.trim()) {
            this.#load("pasted numbers", async () => new TextEncoder().encode(text));
        }
    }

    /**
     * Reads what was dropped or pasted: a file, or else text; whether there was any.
     * @param {DataTransfer | null} data
     */
    acceptTransfer(data) {
        const file = data?.files[0];
        const text = data?.getData("text/plain");
        if (file) {
            this.read(file);
        } else if (text) {
            this.readText(text);
        }
        return Boolean(file || text);
    }
}
