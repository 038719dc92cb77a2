// Runs with the same bits as in Node, as in a link with a fingerprint, and as an earlier run on a visitor's file.
import assert from "node:assert/strict";
import { complete, ENDLESS, ofShort, RING, SHORT, SHORT_OWN, trainsBeyond } from "./support/fixtures.mjs";

export const reproduction = {
    async "completes a run with the bits that Node computes, whatever the number of samplers"(page) {
        const expected = await ofShort();
        await page.open("#steps=300&data.count=2000&sample.chains=20&transitions=50", { query: "cores=4" });
        const now = await page.reach("completion", complete);
        assert.equal(await page.run(`return probe.alive('sampler').length`), 3);
        assert.equal(now.fingerprint, expected);
        assert.equal(now.hash, `${SHORT}&fingerprint=${expected}`);
        await page.open(now.hash, { query: "cores=2" });
        const again = await page.reach("completion", complete);
        assert.equal(await page.run(`return probe.alive('sampler').length`), 1);
        assert.match(again.note, /^Reproduced/);
        await page.click("Train again");
        await page.reach("the start", ({ phase }) => phase !== "complete");
        assert.equal((await page.reach("completion", complete)).fingerprint, expected);
        return expected;
    },

    async "reproduces a link in a fresh profile"(page) {
        const link = `${SHORT}&fingerprint=${await ofShort()}`;
        await page.elsewhere(async (other) => {
            await other.open(link);
            const now = await other.reach("completion", complete);
            assert.match(now.note, /^Reproduced/);
        });
    },

    async "reports a fingerprint that differs"(page) {
        const mark = await ofShort();
        const other = mark.slice(0, -1) + (mark.endsWith("0") ? "1" : "0");
        await page.open(ENDLESS);
        await page.reach("training", trainsBeyond(0));
        // In the same document: the playground follows changes of the address.
        await page.run("location.hash = arguments[0]", `${SHORT}&fingerprint=${other}`);
        const now = await page.reach("the verdict", ({ note }) => /^Differs/.test(note));
        assert.equal(now.fingerprint, mark);
        assert.ok(now.note.includes(other) && now.note.includes(mark));
    },
};

export const chromiumReproduction = {
    async "reports a link of another version of the arithmetic"(page) {
        await page.open(`${SHORT}&fingerprint=999.300.50.0123456789abcdef`);
        const { note, fingerprint } = await page.reach(
            "the verdict",
            ({ phase, note }) => phase === "complete" && note,
        );
        const [version] = fingerprint.split(".");
        assert.ok(
            note.startsWith(
                `Differs from the link's fingerprint: the link was made by version 999 of the arithmetic, this page has version ${version}`,
            ),
            note,
        );
    },

    async "reproduces a link to the user's own points once it has their file"(page) {
        await page.open(SHORT_OWN);
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.runAsync(`await probe.drop('ring.csv', arguments[0])()`, RING);
        const { hash, fingerprint } = await page.reach("completion", ({ phase, note }) => phase === "complete" && note);
        assert.match(hash, /^#v=0&data=user-data&data\.digest=[0-9A-F]{12}&.*&fingerprint=/);
        assert.ok(hash.endsWith(`&fingerprint=${fingerprint}`), hash);
        await page.open(hash);
        await page.reach(
            "the wish for that file",
            ({ phase, own }) => phase === "needs-file" && own.includes("with the digest"),
        );
        assert.equal((await page.state()).note, "");
        await page.runAsync(`await probe.drop('the same.csv', arguments[0])()`, RING);
        const again = await page.reach("completion", ({ phase, note }) => phase === "complete" && note);
        assert.match(again.note, /^Reproduced/);
        assert.deepEqual([again.hash, again.fingerprint], [hash, fingerprint]);
        // A link makes no claim about other points.
        await page.open(hash);
        await page.reach("the wish for that file", ({ phase }) => phase === "needs-file");
        await page.runAsync(`await probe.drop('other.csv', arguments[0])()`, `${RING}0.5,0.5\n`);
        const other = await page.reach("completion", ({ phase, note }) => phase === "complete" && note);
        assert.match(other.note, /^Fingerprint /);
        assert.notEqual(other.fingerprint, fingerprint);
    },
};
