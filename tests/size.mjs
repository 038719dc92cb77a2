// Fails when the optimised module of dist/ outgrows what a visitor should have to load.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const LIMIT = { plain: 345 * 1024, brotli: 122 * 1024 };

const module = readFileSync(new URL('../dist/scorescape_bg.wasm', import.meta.url));
const size = {
  plain: module.length,
  brotli: brotliCompressSync(module, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: module.length } }).length,
};
for (const [form, limit] of Object.entries(LIMIT)) {
  const kilobytes = (bytes) => (bytes / 1024).toFixed(1) + ' KB';
  console.log(`scorescape_bg.wasm, ${form}: ${kilobytes(size[form])} of ${kilobytes(limit)}`);
  if (size[form] > limit) process.exitCode = 1;
}
