// How a worker of the bench's page answers chromium.mjs: one { answer } or { error } for each request.

/** Answers each request, [name, ...values], by the function of that name. */
export function answer(functions) {
    addEventListener("message", async ({ data: [request, ...values] }) => {
        try {
            postMessage({ answer: await functions[request](...values) });
        } catch (error) {
            postMessage({ error: String(error?.stack ?? error) });
        }
    });
    // A request from the start would wait forever for a script that does not load.
    postMessage({ answer: "listening" });
}
