// The visitor's files of points. All playgrounds of a page share them.

/** @typedef {import("../panels/user-data.js").UserFile} UserFile */

/**
 * Maximum total size in bytes. Beyond it the oldest files are dropped, but never the last file. Undo needs earlier
 * files.
 */
const MAX_TOTAL_BYTES = 32 * 2 ** 20;

export class UserFiles {
    /** Oldest first. @type {UserFile[]} */
    #files = [];

    /** @param {unknown} digest */
    find(digest) {
        return this.#files.find((file) => file.digest === digest);
    }

    /** The file that was given last. */
    get last() {
        return this.#files.at(-1);
    }

    /** Adds a file as the last file. @param {UserFile} file */
    add(file) {
        const others = this.#files.filter(({ digest }) => digest !== file.digest);
        let bytes = file.bytes.length;
        const kept = others.reverse().filter((other) => {
            bytes += other.bytes.length;
            return bytes <= MAX_TOTAL_BYTES;
        });
        this.#files = [...kept.reverse(), file];
    }

    /** Adds files that are older than the last file, oldest first. @param {(UserFile | undefined)[]} files */
    addBehind(files) {
        const { last } = this;
        for (const file of files) {
            if (file && !this.find(file.digest)) {
                this.add(file);
            }
        }
        if (last) {
            this.add(last);
        }
    }
}

/** The files of this page. */
export const userFiles = new UserFiles();
