// Downloads of files that the page makes.

/** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes @param {string} type MIME type */
export function download(name, bytes, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
