// The browser's database: one store of values by key.

const DATABASE = "scorescape";
const STORE = "kept";
/** Milliseconds after which a read returns undefined. The page must not wait for a blocked database. */
const READ_TIMEOUT = 1500;

/** The open connection; undefined after the browser closed it. @type {Promise<IDBDatabase> | undefined} */
let connection;

function forgetConnection() {
    connection = undefined;
}

/** @returns {Promise<IDBDatabase>} */
const open = () =>
    new Promise((resolve, reject) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => {
            const { result } = request;
            result.onclose = forgetConnection;
            // Other pages that delete or upgrade the database would wait for this connection.
            result.onversionchange = () => {
                forgetConnection();
                result.close();
            };
            resolve(result);
        };
        request.onerror = () => reject(request.error);
    });

/** @returns {Promise<IDBDatabase>} */
function connect() {
    connection ??= open();
    connection.catch(forgetConnection);
    return connection;
}

/**
 * Runs `act` in one transaction; returns the result of its request. With an open connection the transaction begins in
 * the same turn, so that a page that is left can still write (not in WebKit). The transaction is committed at once: an
 * open transaction of a page that was left would block all others, in WebKit until the browser ends.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
export async function access(mode, act) {
    const database = await connect();
    return new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const fail = () => reject(transaction.error);
        transaction.onerror = fail;
        transaction.onabort = fail;
        try {
            const request = act(transaction.objectStore(STORE));
            // A read's result may come after the end of the transaction.
            if (mode === "readonly") {
                request.onsuccess = () => resolve(request.result);
            } else {
                transaction.oncomplete = () => resolve(request.result);
            }
            transaction.commit();
        } catch (error) {
            // An unfinished transaction may block all others.
            transaction.abort();
            reject(error);
        }
    });
}

/**
 * The value of a key; undefined if there is none or the database fails.
 * @param {string} key
 * @returns {Promise<unknown>}
 */
export const read = (key) =>
    Promise.race([
        access("readonly", (store) => store.get(key)).catch(() => undefined),
        new Promise((done) => setTimeout(done, READ_TIMEOUT)),
    ]);
