// Data drawn on the stage or traced from a word.
import assert from "node:assert/strict";
import { Key } from "selenium-webdriver";
import { until } from "./support/browser.mjs";
import { RING, trainsBeyond } from "./support/fixtures.mjs";
import { openAfresh } from "./support/storage.mjs";

const LINK = "#v=0&data=ring&steps=1000000";

async function opened(page) {
    await page.open(LINK);
    await page.reach("training", trainsBeyond(0));
    await until("the brush", () => page.run(`return Boolean(probe.button('Draw data'))`));
    await page.click("Draw data");
}

/** Drags along places on the stage, given as shares of its width and height from its corner. */
const stroke = (page, ...places) =>
    page.run(
        `
  const canvas = probe.find('.stage canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  // There is no real pointer to capture.
  canvas.setPointerCapture = () => {};
  const send = (type, [across, down]) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 7, pointerType: 'mouse', button: 0, buttons: 1, clientX: left + across * width, clientY: top + down * height, bubbles: true }));
  const [first, ...rest] = arguments[0];
  send('pointerdown', first);
  rest.forEach((place) => send('pointermove', place));
  send('pointerup', rest.at(-1) ?? first);`,
        places,
    );

const told = (page) => page.run(`return probe.find('.brush p').textContent`);
const count = async (page) => Number(/^\d+/.exec(await told(page))?.[0] ?? 0);
const isDrawn = ({ hash }) => /data=user-data&data\.digest=[0-9A-F]{12}&data\.standardise=no/.test(hash);
const takeBack = (page, forth = false) => page.run(`probe.find('[aria-label="${forth ? "Redo" : "Undo"}"]').click()`);

export const brush = {
    async "trains on drawn points, stroke by stroke, and undoes strokes"(page) {
        await opened(page);
        const { seen } = await page.reach("an empty page", ({ seen }) => seen.half > 2);
        await stroke(page, [0.3, 0.3], [0.35, 0.3]);
        const first = await page.reach("training on a stroke", (now) => isDrawn(now) && trainsBeyond(0)(now));
        await page.arrows();
        const one = await count(page);
        assert.ok(one >= 10, `${one} points`);
        // The view did not move, and the points lie beneath the stroke.
        assert.deepEqual((await page.state()).seen, seen);
        const taken = await page.runAsync(`
      const { stage } = { stage: probe.find('.stage canvas') };
      return [stage.clientWidth, stage.clientHeight];`);
        const middle = await dataMiddle(page);
        assert.ok(
            Math.abs(middle[0] - 0.325) < 0.04 && Math.abs(middle[1] - 0.3) < (0.04 * taken[0]) / taken[1],
            `${middle}`,
        );
        await stroke(page, [0.6, 0.7], [0.7, 0.7]);
        const second = await page.reach(
            "training on both",
            (now) => isDrawn(now) && now.hash !== first.hash && trainsBeyond(0)(now),
        );
        const two = await count(page);
        assert.ok(two > one);
        await takeBack(page);
        await page.reach("the first stroke alone", (now) => now.hash === first.hash && trainsBeyond(0)(now));
        await until("its points", async () => (await count(page)) === one);
        await takeBack(page, true);
        await page.reach("both again", (now) => now.hash === second.hash && trainsBeyond(0)(now));
        await until("their points", async () => (await count(page)) === two);
        await page.click("Eraser");
        await stroke(page, [0.6, 0.7], [0.7, 0.7]);
        await page.reach("less", (now) => isDrawn(now) && now.hash !== second.hash && trainsBeyond(0)(now));
        assert.ok((await count(page)) < two);
        // Without a frame in between.
        await page.run(`for (let i = 0; i < 3; i++) probe.find('[aria-label="Undo"]').click()`);
        await page.reach("the ring", ({ hash, phase }) => hash.includes("data=ring") && phase !== "needs-file");
        assert.equal((await page.state()).notice, "");
        // The old drawing was stored; new strokes do not add to it.
        await until("an empty page", async () => /^Drag over/.test(await told(page)));
        await page.click("Bring back");
        await page.reach("the drawing", isDrawn);
        await until("its points", async () => (await count(page)) === one);
        return `${one} points, then ${two}`;
    },

    async "draws by keys, reports too few points, and traces a word"(page) {
        await opened(page);
        await page.run(`probe.find('.stage canvas').focus()`);
        await page.press(Key.ARROW_RIGHT);
        await page.press(Key.ENTER);
        await page.reach("training on a touch", (now) => isDrawn(now) && trainsBeyond(0)(now));
        // A file chosen after a drawing is standardised again. The drawing returns with its link, also after a reload.
        const { hash } = await page.state();
        await page.choose("ring.csv", RING);
        await page.reach(
            "training on a file",
            (now) => /data=user-data/.test(now.hash) && !/standardise/.test(now.hash) && trainsBeyond(0)(now),
        );
        await takeBack(page);
        await page.reach("training on the drawing", (now) => now.hash === hash && trainsBeyond(0)(now));
        const drawn = await count(page);
        assert.match(await told(page), /σ is 0\.2/);
        await page.click("Clear");
        await page.click("Eraser");
        assert.match(await told(page), /^Drag over the picture/);
        await page.click("Eraser");
        await page.click("Bring back");
        await until("what was cleared", async () => (await count(page)) === drawn);
        await page.reach("the drawing again", (now) => now.hash === hash);
        await page.click("Clear");
        await page.run(`
      const word = probe.find('[name=word]');
      word.value = 'ab!';
      probe.click('Trace it');`);
        assert.match(await told(page), /data\.word|Word/);
        await page.run(`probe.find('[name=word]').value = 'hi'; probe.click('Trace it')`);
        await page.reach("the word", (now) => now.hash.includes("data=word&data.word=HI") && trainsBeyond(0)(now));
    },
};

export const chromiumBrush = {
    async "adds to the present points, and erases some, in their view"(page) {
        await openAfresh(page, "#v=0&data=user-data&steps=1000000");
        await page.reach("the wish for a file", ({ phase }) => phase === "needs-file");
        await page.choose("ring.csv", RING);
        const { hash, seen } = await page.reach("training", (now) => trainsBeyond(0)(now) && now.seen);
        await until("the brush", () => page.run(`return Boolean(probe.button('Draw data'))`));
        await page.click("Draw data");
        await page.reach("an empty page", (now) => now.seen.half !== seen.half);
        await page.click("Draw on these data");
        await page.reach("training on them", (now) => isDrawn(now) && trainsBeyond(0)(now));
        const { hash: whole } = await page.state();
        const all = await count(page);
        // Eight of ten rows are training data.
        assert.equal(all, Math.round(0.8 * RING.trim().split("\n").length));
        assert.deepEqual((await page.state()).seen, seen);
        assert.equal(await page.run(`return probe.button('Draw on these data').hidden`), true);
        // A stroke along the top of the view erases points.
        await page.click("Eraser");
        await stroke(page, [0.5, 0.05], [0.5, 0.5]);
        await page.reach("training on less", (now) => isDrawn(now) && now.hash !== whole && trainsBeyond(0)(now));
        const fewer = await count(page);
        assert.ok(fewer < all && fewer > 0, `${fewer} of ${all}`);
        await takeBack(page);
        await takeBack(page);
        await page.reach("the file again", (now) => now.hash === hash && trainsBeyond(0)(now));
        // The σ and step size of a different dataset do not change.
        await page.open(LINK);
        const { hash: ring } = await page.reach("training", trainsBeyond(0));
        const values = () =>
            page.run(
                `return [probe.find('.toolbar input[type=range]').value, probe.find('[name="sample.step-size"]').value]`,
            );
        const usual = await values();
        await page.click("Draw data");
        await until("the offer", () => page.run(`return probe.button('Draw on these data')?.hidden === false`));
        await page.click("Draw on these data");
        const { hash: drawn } = await page.reach("training on them", (now) => isDrawn(now) && trainsBeyond(0)(now));
        assert.ok(drawn !== ring && /train\.sigma=/.test(drawn), drawn);
        assert.deepEqual(await values(), usual);
        return `${fewer} of ${all} points`;
    },

    async "restores the view if nothing is drawn, and the layers for drawings on a line"(page) {
        await page.open("#v=0&data=two-wells&steps=1000000");
        const { seen } = await page.reach("training", (now) => trainsBeyond(0)(now) && now.seen);
        await until("the brush", () => page.run(`return Boolean(probe.button('Draw data'))`));
        const offered = () =>
            page.run(
                `return ['curl', 'hessian', 'flow'].map((layer) => probe.find(\`[name=\${layer}]\`).closest('label').hidden)`,
            );
        await until("no planar layers", async () => (await offered()).every(Boolean));
        await page.click("Draw data");
        await page.reach("an empty page", (now) => now.seen.half > 2 && now.seen.half !== seen.half);
        await page.click("Draw data");
        await page.reach("the picture before", (now) => now.seen.half === seen.half);
        // The earlier view does not return if other data were chosen in between.
        await page.click("Draw data");
        await page.run(`probe.set('data', 'ring')`);
        const ring = await page.reach(
            "the ring",
            (now) => now.hash.includes("data=ring") && trainsBeyond(0)(now) && now.seen.half < 2,
        );
        await page.click("Draw data");
        await page.frames(10);
        assert.deepEqual((await page.state()).seen, ring.seen);
        await page.run(`probe.set('data', 'two-wells')`);
        await page.reach("the line again", (now) => now.hash.includes("data=two-wells") && trainsBeyond(0)(now));
        await until("no planar layers again", async () => (await offered()).every(Boolean));
        await page.click("Draw data");
        await stroke(page, [0.3, 0.3], [0.5, 0.5]);
        await page.reach("training on it", (now) => isDrawn(now) && trainsBeyond(0)(now));
        await until("planar layers", async () => !(await offered()).some(Boolean));
        // Key 0 then shows the whole drawing.
        await page.click("Draw data");
        await page.run(`probe.find('.stage canvas').focus()`);
        await page.press("0");
        await page.reach("all of it", (now) => now.seen.half < 2.2);
        // After a change to other data and back, the drawing keeps its units.
        await page.run(`probe.set('data', 'ring')`);
        await page.reach("the ring", ({ hash, phase }) => hash.includes("data=ring") && phase === "training");
        await page.run(`probe.set('data', 'user-data')`);
        await page.reach("the drawing as it was", (now) => isDrawn(now) && trainsBeyond(0)(now));
    },

    async "continues training if an eraser meets no points"(page) {
        await opened(page);
        await stroke(page, [0.3, 0.3], [0.4, 0.3]);
        const { hash, step } = await page.reach("training on it", (now) => isDrawn(now) && trainsBeyond(50)(now));
        await page.click("Eraser");
        await page.run(
            "window.least = Infinity; probe.when(() => (window.least = Math.min(window.least, probe.state().step), false), () => {})",
        );
        await stroke(page, [0.9, 0.9]);
        await page.reach("more steps", (now) => now.hash === hash && now.step > step + 50);
        assert.ok((await page.run("return window.least")) >= step);
        await stroke(page, [0.35, 0.3]);
        await page.reach("training on less", (now) => now.hash !== hash && isDrawn(now));
    },
};

/** Mean position of the pixels of training points, in shares of the stage's width and height. */
async function dataMiddle(page) {
    await page.click("Draw data");
    for (const layer of ["exact", "learned", "samples"]) {
        await page.run(`const box = probe.find('[name=${layer}]'); if (box.checked) box.click()`);
    }
    /** @type {[number, number]} */
    let middle;
    await until("the points alone", async () => {
        middle = await page.run(`
      const canvas = probe.find('.stage canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const places = [];
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) places.push([i / 4 % canvas.width / canvas.width, Math.floor(i / 4 / canvas.width) / canvas.height]);
      return places.length > 5 && places.length < 2000 && [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);`);
        return middle;
    });
    for (const layer of ["exact", "learned", "samples"]) {
        await page.run(`probe.find('[name=${layer}]').click()`);
    }
    await page.click("Draw data");
    return middle;
}
