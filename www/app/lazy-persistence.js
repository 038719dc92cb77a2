// The stored runs of a playground; the code for them is loaded when it is needed.

/** @typedef {import("./persistence.js").StoredPage} StoredPage */
/** @typedef {import("./persistence.js").Persistence} Persistence */
/** @typedef {typeof import("./persistence.js")} PersistenceModule */
/**
 * @typedef {{
 *     parser: import("./experiment-store.js").Parser, files: import("./user-files.js").UserFiles,
 *     environment: import("../workers/environment.js").Environment, loadExtra: () => Promise<unknown>,
 * }} Sources
 */

export class LazyPersistence {
    #page;
    #sources;
    /** @type {import("./persistence.js").Restored} */
    #restored = "none";
    /** @type {Persistence | undefined} */
    #persistence;

    /** @param {StoredPage} page @param {Sources} sources */
    constructor(page, sources) {
        this.#page = page;
        this.#sources = sources;
    }

    /** Continues the stored run of a link; false if there is none. @param {string} link */
    async restore(link) {
        const { parser, loadExtra, files } = this.#sources;
        try {
            const { restoreRun, RunStorage } = await import("./persistence.js");
            const storage = new RunStorage(parser);
            this.#restored = await restoreRun(this.#page, storage, parser.parseLink(link), loadExtra, files);
        } catch (error) {
            console.warn(error);
        }
        return this.#restored !== "none";
    }

    /** Stores this playground's runs; undefined while its code is not loaded. */
    async persistence() {
        const { environment, parser, loadExtra } = this.#sources;
        // Checking stored files needs the extra module.
        const part = await Promise.all([import("./persistence.js"), loadExtra()]).then(
            ([loaded]) => loaded,
            () => undefined,
        );
        if (part && this.#page.isMounted()) {
            const browser = { storage: new part.RunStorage(parser), permission: part.storagePermission(), environment };
            this.#persistence ??= new part.Persistence(this.#page, browser, this.#restored);
        }
        return this.#persistence;
    }

    /** The runs of earlier visits for the gallery. */
    async previousRuns() {
        const runs = (await (await this.persistence())?.previousRuns) ?? [];
        return runs.map((stored) => ({
            link: stored.run.link,
            step: stored.run.step,
            fileName: stored.file?.name,
            resume: () => this.#resume(stored),
        }));
    }

    /** @param {import("./run-storage.js").RunWithFile} stored */
    async #resume(stored) {
        const part = await import("./persistence.js").catch(() => undefined);
        if (part && this.#page.isMounted()) {
            part.resumeRun(this.#page, stored, this.#sources.files);
        }
    }

    destroy() {
        this.#persistence?.destroy();
    }
}
