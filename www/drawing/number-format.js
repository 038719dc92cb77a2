// Formats numbers as text.

/**
 * A number to two or three significant digits, with k, M or billion in place of an exponent; – for NaN and undefined.
 * @param {number | undefined} value
 * @returns {string}
 */
export function formatShort(value) {
    if (value === undefined || Number.isNaN(value)) {
        return "–";
    }
    if (value < 0) {
        return `-${formatShort(-value)}`;
    }
    if (!Number.isFinite(value)) {
        return "∞";
    }
    if (value >= 1e9) {
        return `${Number((value / 1e9).toPrecision(2))} billion`;
    }
    if (value >= 1e6) {
        return `${Number((value / 1e6).toPrecision(2))}M`;
    }
    if (value >= 20_000) {
        return `${(value / 1000).toFixed(0)}k`;
    }
    if (value >= 100) {
        return value.toFixed(0);
    }
    return String(Number(value.toPrecision(2)));
}

/** A finite number to four significant digits. @param {number} value */
export function formatPrecise(value) {
    return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : formatShort(value);
}
