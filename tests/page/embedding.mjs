// Playgrounds embedded in another page: two at a time, and cleanup after `destroy`.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "./support/browser.mjs";
import { RING, trainsBeyond } from "./support/fixtures.mjs";

export const chromiumEmbedding = {
    async "runs two playgrounds on a page and frees one alone"(page) {
        await page.open("", { file: "embedding.html" });
        await page.runAsync(`
      const { mount } = await import('./www/mount.js');
      window.hosts = [document.querySelector('#one'), document.querySelector('#two')];
      window.handles = [mount(hosts[0], '#v=0&steps=1000000'), mount(hosts[1], '#v=0&data=two-bumps&model.units=64&steps=1000000')];`);
        const both = () => page.run("return hosts.map((host) => probe.state(host))");
        const poll = async (what, ready) => {
            for (let i = 0; i < 200; i++) {
                const now = await both();
                assert.deepEqual(now[0].complaints, []);
                if (ready(now)) {
                    return now;
                }
                await pause(50);
            }
            throw new Error(`timed out waiting for ${what}: ${JSON.stringify(await both())}`);
        };
        await poll("both to train", (now) => now.every(trainsBeyond(20)));
        // The embedding page receives key presses unless a playground has the focus.
        assert.equal(
            await page.run(`
      const space = new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true });
      document.body.dispatchEvent(space);
      return space.defaultPrevented;`),
            false,
        );
        await page.run(`hosts[0].shadowRoot.querySelector('.stage canvas').focus()`);
        await page.press(" ");
        await poll(
            "space to pause the first alone",
            ([one, two]) => one.phase === "paused" && two.phase === "training",
        );
        const [before, after, children, attributes] = await page.run(`
      const before = probe.alive().length;
      handles[0].destroy();
      return [before, probe.alive().length, hosts[0].shadowRoot.childNodes.length, Object.keys(hosts[0].dataset)]`);
        assert.equal(before, 2 * after);
        assert.equal(children, 0);
        assert.deepEqual(attributes, []);
        const [, { step }] = await both();
        await poll("the other to go on", ([, two]) => trainsBeyond(step + 20)(two));
        await page.run("handles[1].destroy()");
        assert.equal(await page.run("return probe.alive().length"), 0);
        return `${before} workers, then ${after}, then none`;
    },

    async "drops a file that is being read when its playground is destroyed, and ignores pastes into the page around it"(
        page,
    ) {
        await page.open("", { file: "embedding.html" });
        await page.runAsync(`
      ({ mount: window.mount } = await import('./www/mount.js'));
      window.host = document.querySelector('#one');
      window.handle = mount(host, '#v=0&steps=1000000');`);
        await until("training", async () => trainsBeyond(0)(await page.run("return probe.state(host)")));
        await page.runAsync(
            `const read = probe.drop('late.csv', arguments[0], host); handle.destroy(); await read();`,
            RING,
        );
        assert.deepEqual(
            await page.run(
                "return [host.shadowRoot.childNodes.length, Object.keys(host.dataset), probe.alive().length]",
            ),
            [0, [], 0],
        );
        await page.run(`handle = mount(host, '#v=0&data=user-data')`);
        await until(
            "the wish for a file",
            async () => (await page.run("return probe.state(host).phase")) === "needs-file",
        );
        // Pastes elsewhere are ignored: the embedding page may handle them.
        assert.deepEqual(
            await page.run(
                `return [document.body, probe.find('.stage canvas', host)].map((target) => probe.paste(arguments[0], target))`,
                RING,
            ),
            [false, true],
        );
        await until("training", async () => trainsBeyond(0)(await page.run("return probe.state(host)")));
        await page.run("handle.destroy()");
    },
};
