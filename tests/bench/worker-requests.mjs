// Request handling in a worker of the bench's page: one { answer } or { error } for each request of chromium.mjs.

/** Answers each request, [name, ...values], with the result of the function of that name. */
export function answer(functions) {
    addEventListener("message", async ({ data: [request, ...values] }) => {
        try {
            postMessage({ answer: await functions[request](...values) });
        } catch (error) {
            postMessage({ error: String(error?.stack ?? error) });
        }
    });
    // Reports that the script has loaded, so that the page sends no request to a script that failed to load.
    postMessage({ answer: "listening" });
}
