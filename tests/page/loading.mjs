// Loading: few bytes before the first arrows, the second part of the module later, and sentences about missing parts.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { until } from "./support/browser.mjs";
import { ENDLESS, trainsBeyond } from "./support/fixtures.mjs";
import { compressedSize } from "./support/server.mjs";

/** The second part of the module; the default experiment does not need it. */
const REST = "scorescape_rest.wasm";
const isRest = (path) => basename(path) === REST;
const FIRST_LOAD_LIMIT = 140 * 1024;

/** A sentence replaces the playground. */
const explains = (query, sentence) => async (page) => {
    await page.open("", { query });
    // The phase is set in the next frame.
    await page.reach("a sentence", ({ notice, phase }) => sentence.test(notice) && phase === "failed");
    await page.frames(10);
    assert.match((await page.state()).notice, sentence);
};

export const loading = {
    async "starts by itself, draws the learned score, and loads little before"(page) {
        const { requested } = page.site;
        const asksForRest = () => [...requested].some(isRest);
        requested.clear();
        page.site.hold(REST);
        const start = Date.now();
        await page.open();
        await page.reach("training", trainsBeyond(0));
        await page.arrows();
        const seconds = (Date.now() - start) / 1000;
        await until("the rest of the program to be asked for", asksForRest);
        const first = [...requested].filter((path) => !isRest(path));
        const size = compressedSize(first);
        await page.reach(
            "an error and samples without the rest",
            ({ step, error, notice }) => step > 100 && error !== null && notice === "",
        );
        await until("samples", async () => (await page.ink("samples")).count > 200);
        assert.ok(size <= FIRST_LOAD_LIMIT, `${size} bytes before the first arrows`);
        await page.run(`probe.find('[name=learned]').click()`);
        await until("the learned score to go with its layer", async () => (await page.ink("learned")).count < 30);
        // Without arrows (the field worker does not answer), the page never requests the second part. A different
        // address is used, because a browser may delay a request until an earlier request to the same address is
        // answered.
        requested.clear();
        await page.open("", { query: "deaf=field", base: page.site.keptUrl });
        await page.reach("training unseen", trainsBeyond(100));
        assert.equal((await page.ink("learned")).count, 0);
        assert.ok(!asksForRest(), "the rest is asked for before there are arrows");
        return `arrows after ${seconds.toFixed(1)} s, ${(size / 1024).toFixed(1)} KB of ${FIRST_LOAD_LIMIT / 1024} KB by brotli in ${first.length} files`;
    },

    async "runs other experiments once the whole program is loaded"(page) {
        const release = page.site.hold(REST);
        await page.open("#v=0&data=ring&steps=1000000");
        await page.reach("the opening", ({ phase }) => phase === "opening");
        await page.frames(10);
        assert.equal((await page.state()).phase, "opening");
        release();
        await page.reach("training", trainsBeyond(0));
        await page.arrows();
    },

    async "reports that the rest of the program is missing, and continues when it arrives"(page) {
        const lose = page.site.hold(REST);
        await page.open("#v=0&data=ring&steps=1000000");
        await page.reach("the opening", ({ phase }) => phase === "opening");
        lose(false);
        await until("a word about it", async () =>
            (await page.run("return probe.state().notice")).includes("could not be loaded"),
        );
        const now = await until("training", async () => {
            const now = await page.run("return probe.state()");
            return trainsBeyond(0)(now) && now;
        });
        assert.equal(now.notice, "");
    },

    "says when WebAssembly is switched off": explains("without=wasm", /WebAssembly switched off/),

    "says when SIMD is missing": explains("without=simd", /no SIMD instructions/),

    "says when workers cannot be started": explains("without=workers", /needs workers.*no workers here/),

    "says when module workers are missing": explains("without=module-workers", /needs workers/),

    async "runs from a host that does not know what wasm is"(page) {
        await page.open(ENDLESS, { base: page.site.ignorantUrl });
        await page.reach("training", trainsBeyond(0));
    },
};
