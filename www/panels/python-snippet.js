// Ten lines of Python that compute scores from a file of weights with NumPy alone.

/** Metadata of a safetensors file. @param {Uint8Array} file @returns {Record<string, string>} */
function readMetadata(file) {
    const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    return JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))).__metadata__;
}

/**
 * The program for a session's file of weights: the metadata `numpy` are the statements that compute r from x.
 * @param {Uint8Array} file
 * @param {string} name of the file
 */
export function pythonSnippet(file, name) {
    return [
        "import json, numpy as np",
        `file = open("${name}", "rb")`,
        'head = json.loads(file.read(int.from_bytes(file.read(8), "little")))',
        'sigma = float(head.pop("__metadata__")["sigma"])',
        'w = {k: np.fromfile(file, "<f4", np.prod(v["shape"], dtype=int)).reshape(v["shape"]) for k, v in head.items()}',
        "def score(x):  # at a point, d numbers",
        ...readMetadata(file)
            .numpy.split("\n")
            .map((statement) => `    ${statement}`),
        "    return (r - x) / sigma**2",
        "",
    ].join("\n");
}
