import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The tokens of a file that processes share. Each reads it once, keeps a copy, and writes what it is given. */
export function tokensIn(path) {
  let copy = JSON.parse(readFileSync(path, 'utf8'));
  return {
    get: () => copy,
    forget() { copy = undefined; },
    set(tokens) {
      copy = tokens;
      writeFileSync(`${path}.${process.pid}`, JSON.stringify(tokens));
      renameSync(`${path}.${process.pid}`, path);
    },
  };
}

/** Uses the API at each line of the input, and says whether it could. The line "reload" makes it begin anew with what is stored. */
export async function serve(begin) {
  let use = begin();
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'reload') {
      use = begin();
    }
    console.log(line !== 'reload' && await use() ? '1' : '0');
  }
}
