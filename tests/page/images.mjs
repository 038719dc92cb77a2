// Image data, read back from the displayed pixels.
import assert from "node:assert/strict";
import { until } from "./support/browser.mjs";

/** The pixels of each row, 0 to 255, image by image; undefined for images not painted yet. */
const rows = (page) =>
    page.run(`
  return probe.all('.images canvas').map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const images = [];
    for (let left = 0; left + 8 <= canvas.width && canvas.height === 8; left += 9) {
      const at = (i) => 4 * ((i >> 3) * canvas.width + left + (i & 7));
      if (data[at(0) + 3] === 255) images.push(Array.from({ length: 64 }, (_, i) => data[at(i)]));
    }
    return { label: canvas.getAttribute('aria-label'), images };
  });`);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const gap = (a, b) =>
    mean(a.images.map((image, i) => Math.sqrt(mean(image.map((value, k) => (value - b.images[i][k]) ** 2)))));
const isHidden = (page) => page.run(`return probe.find('.images').hidden`);

export const images = {
    async "shows digits as images: data, noisy, reconstructed better as training goes on, samples, and a chain"(page) {
        await page.open("#v=0&data=digits&sample.chains=20&steps=1000000", { query: "speed=Infinity" });
        await page.reach("the page", ({ phase }) => phase);
        await until("images", () => page.run(`return probe.find('.images')?.hidden === false`));
        /** @type {{ label: string, images: number[][] }[]} */
        let now;
        const told = await until(
            "reconstructions nearer to the data than the noisy ones",
            async () => {
                // The content above is still growing.
                await page.run(`probe.find('.images').scrollIntoView({ block: 'center', behavior: 'instant' })`);
                now = await rows(page);
                if (now.length < 5 || now.some(({ images }) => images.length === 0)) {
                    return false;
                }
                const [data, noisy, reconstructed] = now;
                return (
                    gap(data, reconstructed) < 0.7 * gap(data, noisy) && [gap(data, noisy), gap(data, reconstructed)]
                );
            },
            () => now?.map(({ label, images }) => [label, images.length]),
        );
        assert.deepEqual(
            now.slice(0, 4).map(({ images }) => images.length),
            [12, 12, 12, 12],
        );
        // Pixels of the table are whole numbers from 0 to 16, and each has its own grey. Clipping reduces the noise
        // below σ = 2.
        const greys = new Set(Array.from({ length: 17 }, (_, i) => Math.round((255 * i) / 16)));
        assert.ok(
            now[0].images.flat().every((grey) => [...greys].some((known) => Math.abs(known - grey) <= 1)),
            "greys of pixels",
        );
        assert.ok(told[0] > (0.4 * 2 * 255) / 16 && told[0] < (1.1 * 2 * 255) / 16, `noise of ${told[0]}`);
        // The chain continues, frame by frame.
        const strip = () => rows(page).then((all) => all[4].images);
        await until("a strip of some frames", async () => (await strip()).length > 3);
        const frames = await strip();
        assert.ok(
            frames.slice(1).some((frame, i) => frame.some((grey, k) => grey !== frames[i][k])),
            "frames differ",
        );
        // The noise is drawn once: data and noisy images do not change.
        const later = await rows(page);
        assert.deepEqual(later.slice(0, 2), now.slice(0, 2));
        assert.match(now[1].label, /12 images of 8 × 8 pixels/);
        return `noise ${told[0].toFixed(1)} of 255, after reconstruction ${told[1].toFixed(1)}`;
    },

    async "shows no images for other data"(page) {
        await page.open("#v=0&data=iris&steps=1000000");
        await page.reach("the page", ({ phase }) => phase);
        await until("the instruments", () => page.run(`return Boolean(probe.find('.images'))`));
        await page.reach("training", ({ step }) => step > 0);
        assert.equal(await isHidden(page), true);
    },
};
