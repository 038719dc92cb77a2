// The state of a playground's experiment: its description, the fingerprint that its link claims, its file of points,
// and the history for undo. `apply`, `undo` and `redo` are the only ways to change it.

import { fileDigestOf, namesNoFile, settingOf } from "./experiments.js";

/** @typedef {import("../../scorescape.js").SettingError} SettingError */
/** @typedef {import("../../scorescape.js").Description} Description */
/** @typedef {import("../panels/user-data.js").UserFile} UserFile */
/**
 * The functions of the module that read and write links.
 * @typedef {{
 *     parseLink: (link: string) => Description,
 *     changeSetting: (link: string, key: string, value: string) => Description,
 *     tableDigest: (bytes: Uint8Array) => string,
 * }} Parser
 */
/**
 * One state. `file` is the file of points that the experiment uses. `isFileMissing` is true if the page does not have
 * that file.
 * @typedef {Readonly<{
 *     description: Description, claimedFingerprint: string | undefined, file: UserFile | undefined,
 *     isFileMissing: boolean,
 * }>} ExperimentState
 */
/**
 * A change.
 *
 * open: another experiment; with `completesFile`, an experiment on a file without a digest uses the last file;
 * `checkpoint` and `shouldTrain` continue a stored run. set: settings by key. import: a file of points, with settings
 * that go with it; a drawing keeps the units of its coordinates. restart: the same experiment again. find-file: the
 * missing file was found.
 * @typedef {{
 *     type: "open", link: string, claimedFingerprint?: string, completesFile?: boolean, checkpoint?: Uint8Array,
 *     shouldTrain?: boolean,
 * } | { type: "set", values: Record<string, string>
 * } | { type: "import", name: string, bytes: Uint8Array, values?: Record<string, string>, isDrawing?: boolean
 * } | { type: "restart", shouldTrain?: boolean
 * } | { type: "find-file" } | { type: "undo" } | { type: "redo" }} Change
 */
/**
 * The states before and after a change, passed to subscribers. `digestMismatch` is the digest in the link, if a file
 * with another digest was imported for it.
 * @typedef {{
 *     change: Change, before: ExperimentState | undefined, after: ExperimentState, digestMismatch?: string,
 * }} Update
 */

export class ExperimentStore {
    /** @type {ExperimentState | undefined} */
    #state;
    /** Links of earlier experiments, latest last. @type {string[]} */
    #past = [];
    /** Links of undone experiments, latest last. @type {string[]} */
    #future = [];
    /** @type {Set<(update: Update) => void>} */
    #listeners = new Set();
    #parser;
    #files;

    /** @param {Parser} parser @param {import("./user-files.js").UserFiles} files */
    constructor(parser, files) {
        this.#parser = parser;
        this.#files = files;
    }

    /** Undefined until the first change. */
    get state() {
        return this.#state;
    }

    get canUndo() {
        return this.#past.length > 0;
    }

    get canRedo() {
        return this.#future.length > 0;
    }

    /** @param {unknown} digest */
    findFile(digest) {
        return this.#files.find(digest);
    }

    /**
     * Calls `listener` after each change; returns a function that ends this.
     * @param {(update: Update) => void} listener
     */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => {
            this.#listeners.delete(listener);
        };
    }

    /** Returns the error if the change is refused. @param {Change} change @returns {SettingError | undefined} */
    apply(change) {
        switch (change.type) {
            case "open":
                this.#open(change);
                return undefined;
            case "set":
                return this.#set(change);
            case "import":
                this.#import(change);
                return undefined;
            case "undo":
            case "redo":
                this.#rewind(change);
                return undefined;
            default:
                this.#repeat(change);
                return undefined;
        }
    }

    undo() {
        this.apply({ type: "undo" });
    }

    redo() {
        this.apply({ type: "redo" });
    }

    /**
     * Adds stored files. They count as older than files that were given since. One of them may be the missing file.
     * @param {(UserFile | undefined)[]} files
     */
    addStoredFiles(files) {
        this.#files.addBehind(files);
        const found = this.#state?.isFileMissing && this.findFile(fileDigestOf(this.#state.description));
        if (found) {
            this.#files.add(found);
            this.apply({ type: "find-file" });
        }
    }

    /** @param {Extract<Change, { type: "open" }>} change */
    #open(change) {
        const description = this.#parser.parseLink(change.link);
        const claimed = change.claimedFingerprint ?? description.fingerprint;
        this.#commit(change, change.completesFile ? this.#completeFile(description) : description, claimed);
    }

    /** @param {Extract<Change, { type: "set" }>} change */
    #set(change) {
        const { description } = this.#state ?? {};
        const changes = Object.entries(change.values).filter(
            ([key, value]) => String(settingOf(description, key)) !== value,
        );
        if (!description || changes.length === 0) {
            return undefined;
        }
        let changed = description;
        for (const [key, value] of changes) {
            changed = this.#parser.changeSetting(changed.link, key, value);
            if (changed.errors.length > 0) {
                return changed.errors[0];
            }
        }
        this.#commit(change, this.#completeFile(changed), undefined);
        return undefined;
    }

    /** @param {Extract<Change, { type: "import" }>} change */
    #import(change) {
        const state = this.#state;
        if (!state) {
            return;
        }
        const { name, bytes, isDrawing = false } = change;
        const digest = this.#parser.tableDigest(bytes);
        const named = namesNoFile(state.description) ? undefined : fileDigestOf(state.description);
        const present = this.findFile(fileDigestOf(state.description));
        // A drawing keeps its units. A file that replaces a drawing is standardised again.
        const units = !isDrawing && present?.drawn ? { "data.standardise": "yes" } : {};
        const values = { data: "user-data", "data.digest": digest, ...units, ...change.values };
        this.#files.add({ name, bytes, digest, drawn: isDrawing });
        const description = Object.entries(values).reduce(
            (changed, [key, value]) => this.#parser.changeSetting(changed.link, key, value),
            state.description,
        );
        const isSameExperiment = named === digest && description.link === state.description.link;
        const digestMismatch = named !== undefined && named !== digest && !present ? named : undefined;
        this.#commit(change, description, isSameExperiment ? state.claimedFingerprint : undefined, { digestMismatch });
    }

    /** @param {Extract<Change, { type: "restart" | "find-file" }>} change */
    #repeat(change) {
        if (!this.#state) {
            return;
        }
        const { description, claimedFingerprint } = this.#state;
        const repeated = change.type === "restart" ? { ...description, errors: [] } : description;
        this.#commit(change, repeated, claimedFingerprint);
    }

    /** @param {Extract<Change, { type: "undo" | "redo" }>} change */
    #rewind(change) {
        const [from, to] = change.type === "undo" ? [this.#past, this.#future] : [this.#future, this.#past];
        const link = this.#state && from.pop();
        if (link === undefined || !this.#state) {
            return;
        }
        to.push(this.#state.description.link);
        this.#commit(change, this.#parser.parseLink(link), undefined);
    }

    /**
     * Adds the digest of the last file to an experiment on a file without digest.
     * @param {Description} description
     * @returns {Description}
     */
    #completeFile(description) {
        const { last } = this.#files;
        if (!last || !namesNoFile(description)) {
            return description;
        }
        const { changeSetting } = this.#parser;
        const named = changeSetting(description.link, "data.digest", last.digest);
        const completed = last.drawn ? changeSetting(named.link, "data.standardise", "no") : named;
        return { ...completed, errors: description.errors };
    }

    /**
     * @param {Change} change
     * @param {Description} description
     * @param {string | undefined} claimedFingerprint
     * @param {{ digestMismatch?: string }} [findings]
     */
    #commit(change, description, claimedFingerprint, findings) {
        const before = this.#state;
        const isUndoable = change.type !== "undo" && change.type !== "redo";
        if (isUndoable && before && before.description.link !== description.link) {
            this.#past.push(before.description.link);
            this.#future = [];
        }
        const digest = fileDigestOf(description);
        const file = this.findFile(digest);
        const after = { description, claimedFingerprint, file, isFileMissing: digest !== undefined && !file };
        this.#state = after;
        for (const listener of [...this.#listeners]) {
            listener({ change, before, after, ...findings });
        }
    }
}
