// Joins still WebP pictures into one animation (https://developers.google.com/speed/webp/docs/riff_container).

/** Bytes of a chunk: name, length, content, padded to an even length. @param {string} name @param {Buffer} content */
function chunk(name, content) {
    const header = Buffer.alloc(8);
    header.write(name, "latin1");
    header.writeUInt32LE(content.length, 4);
    return Buffer.concat([header, content, Buffer.alloc(content.length % 2)]);
}

/** The chunks with a still picture's pixels, unchanged. @param {Buffer} file */
function pixelChunks(file) {
    const found = [];
    for (let at = 12; at < file.length; ) {
        const end = at + 8 + file.readUInt32LE(at + 4);
        if (["VP8 ", "VP8L", "ALPH"].includes(file.toString("latin1", at, at + 4))) {
            found.push(file.subarray(at, end + (end % 2)));
        }
        at = end + (end % 2);
    }
    return Buffer.concat(found);
}

/** A number in three bytes, the lowest byte first. @param {number} value */
const threeBytes = (value) => Buffer.of(value & 255, (value >> 8) & 255, (value >> 16) & 255);

/**
 * An endless animation.
 * @param {{ file: Buffer, milliseconds: number }[]} frames still pictures of one size, and how long each is shown
 * @param {number} width in pixels @param {number} height in pixels
 */
export function animatedWebp(frames, width, height) {
    const size = Buffer.concat([threeBytes(width - 1), threeBytes(height - 1)]);
    const hasAnimation = Buffer.of(2, 0, 0, 0);
    const backgroundAndEndlessLoop = Buffer.alloc(6);
    const atTheOrigin = Buffer.alloc(6);
    const replacesTheLast = Buffer.of(2);
    const pictures = frames.map(({ file, milliseconds }) =>
        chunk("ANMF", Buffer.concat([atTheOrigin, size, threeBytes(milliseconds), replacesTheLast, pixelChunks(file)])),
    );
    const body = Buffer.concat([
        Buffer.from("WEBP"),
        chunk("VP8X", Buffer.concat([hasAnimation, size])),
        chunk("ANIM", backgroundAndEndlessLoop),
        ...pictures,
    ]);
    return chunk("RIFF", body);
}
