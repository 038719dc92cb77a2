// Training at limited speed.
import assert from "node:assert/strict";
import { complete, ENDLESS, ofShort, SHORT, trainsBeyond } from "./support/fixtures.mjs";

export const speedLimit = {
    async "trains at any low speed, to the same bits"(page) {
        await page.open(ENDLESS, { query: "speed=Infinity" });
        await page.reach("training", trainsBeyond(30));
        const steps = () =>
            page.runAsync(`
      await probe.frames(5);
      const [start, { step }] = [performance.now(), probe.state()];
      while (performance.now() < start + 1000) await probe.frames(1);
      return (probe.state().step - step) / (performance.now() - start) * 1000;`);
        const fast = await steps();
        await page.run(`probe.set('speed-limit', '10')`);
        const slow = await steps();
        assert.ok(slow > 4 && slow < 13 && fast > 2 * slow, `${slow} steps per second, ${fast} before`);
        await page.run(`probe.set('speed-limit', 'Infinity')`);
        assert.ok((await steps()) > 2 * slow);
        await page.open(SHORT);
        await page.reach("an experiment", ({ phase }) => phase);
        await page.run(`probe.set('speed-limit', '1000')`);
        const { fingerprint } = await page.reach("a complete run", complete);
        assert.equal(fingerprint, await ofShort());
        return `${slow.toFixed(0)} steps per second, ${fast.toFixed(0)} before`;
    },
};
