// Runs the WebAssembly module: `node run.mjs board.wasm`.
import { readFileSync } from "node:fs";

let text = "";
const host = { say: (byte) => { text += String.fromCharCode(byte); } };
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { host });
instance.exports.run();
process.stdout.write(text);
