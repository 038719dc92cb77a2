// Own points: a file that is chosen, dropped or pasted, and notes on the file in use.

import { USER_DATA } from "../content/texts.js";
import { button, element, setText } from "./element.js";

/**
 * A file of points; `digest` identifies it, `drawn` is true if it was drawn on the stage.
 * @typedef {{ name: string, bytes: Uint8Array, digest: string, drawn?: boolean }} UserFile
 */

/** Maximum size of a file in bytes. The largest possible table, with four million numbers, is smaller. */
const MAX_MEGABYTES = 64;
/** Digest in a link that names no file. */
export const NO_DIGEST = "0";

export class UserData {
    #title = element("summary");
    #description = element("p");
    #error = element("p", { class: "refused", role: "alert" });
    /** Identifies the file that was given last. Earlier files that are still being read are dropped. */
    #reading = {};

    /**
     * @param {() => Promise<unknown>} ready resolves when files can be used
     * @param {(name: string, bytes: Uint8Array) => void} onFile
     */
    constructor(ready, onFile) {
        this.ready = ready;
        this.onFile = onFile;
        const text = element("textarea", {
            name: "numbers",
            rows: 6,
            hidden: true,
            spellcheck: "false",
            placeholder: "0.1, 0.2\n0.3, 0.1",
            "aria-label": USER_DATA.numbersHelp,
        });
        const useText = button("Use these numbers", () => this.readText(text.value), { hidden: true });
        const type = button("Type or paste", () => {
            text.hidden = !text.hidden;
            useText.hidden = text.hidden;
            text.focus();
        });
        const bar = element(
            "div",
            { class: "bar" },
            element("label", { class: "button" }, "Choose a file", this.#fileInput()),
            type,
        );
        // The panel lies over the stage: nothing moves when its text changes.
        this.root = element(
            "details",
            { class: "user-data", hidden: true },
            this.#title,
            this.#description,
            bar,
            text,
            useText,
            this.#error,
        );
    }

    #fileInput() {
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
        return input;
    }

    /**
     * Shows the file in use, or requests the file with `digest`; hides the panel for an undefined digest.
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
        setText(this.#description, descriptionOf(digest ?? NO_DIGEST, file !== undefined));
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
            this.showError(USER_DATA.tooLarge(file.name, megabytes, MAX_MEGABYTES));
            return;
        }
        await this.#load(file.name, async () => new Uint8Array(await file.arrayBuffer()));
    }

    /** Drops the file that is being read. */
    cancelRead() {
        this.#reading = {};
    }

    /** @param {string} name @param {() => Promise<Uint8Array>} read */
    async #load(name, read) {
        const reading = {};
        this.#reading = reading;
        try {
            const [bytes] = await Promise.all([read(), this.ready()]);
            if (reading === this.#reading) {
                this.onFile(name, bytes);
            }
        } catch (error) {
            if (reading === this.#reading) {
                this.showError(USER_DATA.unreadable(name, error instanceof Error ? error.message : String(error)));
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
     * Reads a dropped or pasted file or, without a file, text. Returns false if there is neither.
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

/** @param {string} digest @param {boolean} hasFile */
function descriptionOf(digest, hasFile) {
    if (hasFile) {
        return USER_DATA.hasFile(digest);
    }
    return digest === NO_DIGEST ? USER_DATA.noFile : USER_DATA.fileMissing(digest);
}
